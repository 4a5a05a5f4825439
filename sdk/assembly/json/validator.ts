// A strict reader of JSON (RFC 8259) that never fails otherwise than by saying where and why: an AssemblyScript program
// can't catch anything, and a trap would end the filter for every later request.

import { characterLength } from "../abi/text";

/** Deeper nesting is refused: it would only serve to exhaust the stack. */
export const MAX_DEPTH: i32 = 256;

export class Validator {
  /** Why the text is not JSON; "" as long as nothing is wrong. */
  error: string = "";
  /** Where the reader stands; after an error, where it is. */
  at: i32 = 0;
  private end: i32;

  constructor(private bytes: Uint8Array) {
    this.end = bytes.length;
  }

  /** Reads one value and nothing else but white space. */
  document(): bool {
    return this.value(0) && (this.at == this.end || this.fail("text after the value"));
  }

  private value(depth: i32): bool {
    this.space();
    const first = this.peek();
    let good: bool;
    if (first == 0x7b) good = this.object(depth);
    else if (first == 0x5b) good = this.array(depth);
    else if (first == 0x22) good = this.string();
    else if (first == 0x2d || isDigit(first)) good = this.number();
    else if (first == 0x74) good = this.word("true");
    else if (first == 0x66) good = this.word("false");
    else if (first == 0x6e) good = this.word("null");
    else good = this.fail(first < 0 ? "the text ends where a value is due" : "a value is due");
    this.space();
    return good;
  }

  private object(depth: i32): bool {
    if (depth == MAX_DEPTH) return this.fail("nested too deeply");
    ++this.at;
    this.space();
    if (this.take(0x7d)) return true;
    do {
      this.space();
      if (this.peek() != 0x22) return this.fail("a member's name is due");
      if (!this.string()) return false;
      this.space();
      if (!this.take(0x3a)) return this.fail("':' is due");
      if (!this.value(depth + 1)) return false;
    } while (this.take(0x2c));
    return this.take(0x7d) || this.fail("',' or '}' is due");
  }

  private array(depth: i32): bool {
    if (depth == MAX_DEPTH) return this.fail("nested too deeply");
    ++this.at;
    this.space();
    if (this.take(0x5d)) return true;
    do {
      if (!this.value(depth + 1)) return false;
    } while (this.take(0x2c));
    return this.take(0x5d) || this.fail("',' or ']' is due");
  }

  private string(): bool {
    ++this.at;
    while (this.at < this.end) {
      const byte = this.peek();
      if (byte == 0x22) {
        ++this.at;
        return true;
      }
      if (byte < 0x20) return this.fail("a control character in a string");
      if (byte == 0x5c) {
        if (!this.escape()) return false;
      } else if (byte < 0x80) {
        ++this.at;
      } else {
        const length = characterLength(this.bytes, this.at);
        if (length == 1) return this.fail("a string that is not UTF-8");
        this.at += length;
      }
    }
    return this.fail("the text ends in a string");
  }

  private escape(): bool {
    ++this.at;
    const kind = this.peek();
    ++this.at;
    if (kind == 0x75) {
      const unit = this.hexUnit();
      if (unit < 0) return this.fail("four hexadecimal digits are due");
      if ((unit & 0xfc00) == 0xdc00) return this.fail("half a surrogate pair");
      if ((unit & 0xfc00) != 0xd800) return true;
      if (!this.take(0x5c) || !this.take(0x75)) return this.fail("half a surrogate pair");
      return (this.hexUnit() & 0xfc00) == 0xdc00 || this.fail("half a surrogate pair");
    }
    // " \ / b f n r t
    const known =
      kind == 0x22 ||
      kind == 0x5c ||
      kind == 0x2f ||
      kind == 0x62 ||
      kind == 0x66 ||
      kind == 0x6e ||
      kind == 0x72 ||
      kind == 0x74;
    return known || this.fail("an unknown escape");
  }

  /** The value of four hexadecimal digits; -1 when they are not there. */
  private hexUnit(): i32 {
    let unit = 0;
    for (let i = 0; i < 4; ++i) {
      const digit = hexDigit(this.peek());
      if (digit < 0) return -1;
      unit = (unit << 4) | digit;
      ++this.at;
    }
    return unit;
  }

  private number(): bool {
    this.take(0x2d);
    if (!this.take(0x30) && !this.digits()) return false;
    if (this.take(0x2e) && !this.digits()) return false;
    if (this.take(0x65) || this.take(0x45)) {
      if (!this.take(0x2b)) this.take(0x2d);
      if (!this.digits()) return false;
    }
    return true;
  }

  private digits(): bool {
    if (!isDigit(this.peek())) return this.fail("a digit is due");
    while (isDigit(this.peek())) ++this.at;
    return true;
  }

  private word(word: string): bool {
    for (let i = 0; i < word.length; ++i) {
      if (!this.take(word.charCodeAt(i))) return this.fail("a value is due");
    }
    return true;
  }

  private space(): void {
    for (;;) {
      const byte = this.peek();
      if (byte != 0x20 && byte != 0x0a && byte != 0x0d && byte != 0x09) return;
      ++this.at;
    }
  }

  /** The byte here; -1 at the end. */
  private peek(): i32 {
    return this.at < this.end ? <i32>unchecked(this.bytes[this.at]) : -1;
  }

  private take(byte: i32): bool {
    if (this.peek() != byte) return false;
    ++this.at;
    return true;
  }

  private fail(error: string): bool {
    this.error = error;
    return false;
  }
}

function isDigit(byte: i32): bool {
  return byte >= 0x30 && byte <= 0x39;
}

/** The value of a hexadecimal digit; -1 when it is none. */
export function hexDigit(byte: i32): i32 {
  if (isDigit(byte)) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
