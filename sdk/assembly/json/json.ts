import { decodeRange, encodeBytes } from "../abi/text";
import { hexDigit, Validator } from "./validator";

export enum JsonKind {
  Null,
  Boolean,
  Number,
  String,
  Array,
  Object,
}

/** What `Json.parse` gives: a value, or why and where the text is not JSON. */
export class JsonResult {
  constructor(
    /** Null when the text is not JSON. */
    readonly value: Json | null,
    /** What is wrong, or "". */
    readonly error: string,
    /** The offset of the error in bytes. */
    readonly offset: i32,
  ) {}
}

/** One member of an object. */
export class JsonMember {
  constructor(
    readonly name: string,
    readonly value: Json,
  ) {}
}

/**
 * A JSON value: a range of a text that is known to be valid. Nothing is read before it is asked for, and asking for the
 * wrong kind gives null, never a trap.
 */
export class Json {
  private constructor(
    private bytes: Uint8Array,
    private start: i32,
    private end: i32,
  ) {}

  /** Reads a text strictly (RFC 8259): no comments, no trailing commas, UTF-8 only, at most 256 levels deep. */
  static parse(bytes: Uint8Array): JsonResult {
    const validator = new Validator(bytes);
    if (!validator.document()) return new JsonResult(null, validator.error, validator.at);
    const start = skipSpace(bytes, 0);
    return new JsonResult(new Json(bytes, start, skipValue(bytes, start)), "", 0);
  }

  get kind(): JsonKind {
    const first = unchecked(this.bytes[this.start]);
    if (first == 0x7b) return JsonKind.Object;
    if (first == 0x5b) return JsonKind.Array;
    if (first == 0x22) return JsonKind.String;
    if (first == 0x6e) return JsonKind.Null;
    return first == 0x74 || first == 0x66 ? JsonKind.Boolean : JsonKind.Number;
  }

  /** The text of a string; null for any other kind. */
  asString(): string | null {
    return this.kind == JsonKind.String ? unquote(this.bytes, this.start, this.end) : null;
  }

  /** The truth of a boolean; `otherwise` for any other kind. */
  asBoolean(otherwise: bool): bool {
    return this.kind == JsonKind.Boolean ? unchecked(this.bytes[this.start]) == 0x74 : otherwise;
  }

  /** A whole number between `least` and `most`; `otherwise` for anything else. */
  asInteger(least: i64, most: i64, otherwise: i64): i64 {
    if (this.kind != JsonKind.Number) return otherwise;
    const negative = unchecked(this.bytes[this.start]) == 0x2d;
    let value: i64 = 0;
    for (let at = this.start + (negative ? 1 : 0); at < this.end; ++at) {
      const digit = <i64>unchecked(this.bytes[at]) - 0x30;
      // A fraction, an exponent or more digits than any limit has.
      if (digit < 0 || digit > 9 || value > 100_000_000_000_000_000) return otherwise;
      value = value * 10 + digit;
    }
    if (negative) value = -value;
    return value < least || value > most ? otherwise : value;
  }

  /** The elements of an array; null for any other kind. */
  items(): Json[] | null {
    if (this.kind != JsonKind.Array) return null;
    const items: Json[] = [];
    let at = skipSpace(this.bytes, this.start + 1);
    while (unchecked(this.bytes[at]) != 0x5d) {
      const end = skipValue(this.bytes, at);
      items.push(new Json(this.bytes, at, end));
      at = skipSeparator(this.bytes, end);
    }
    return items;
  }

  /** The members of an object in order, repeated names included; null for any other kind. */
  members(): JsonMember[] | null {
    if (this.kind != JsonKind.Object) return null;
    const members: JsonMember[] = [];
    let at = skipSpace(this.bytes, this.start + 1);
    while (unchecked(this.bytes[at]) != 0x7d) {
      const nameEnd = skipValue(this.bytes, at);
      const name = unquote(this.bytes, at, nameEnd);
      const start = skipSpace(this.bytes, skipSpace(this.bytes, nameEnd) + 1);
      const end = skipValue(this.bytes, start);
      members.push(new JsonMember(name, new Json(this.bytes, start, end)));
      at = skipSeparator(this.bytes, end);
    }
    return members;
  }

  /** The value of an object's member, of the last one when the name repeats; null when there is none. */
  get(name: string): Json | null {
    const members = this.members();
    if (members === null) return null;
    for (let i = members.length - 1; i >= 0; --i) {
      if (members[i].name == name) return members[i].value;
    }
    return null;
  }

  /**
   * The text of this object with a member set to `value`, itself JSON text. The member comes last, and any of that name,
   * however it is escaped, is left out: no reader downstream can pick another one. The rest stays byte by byte. For any
   * other kind the text as it is.
   */
  withMember(name: string, value: string): Uint8Array {
    if (this.kind != JsonKind.Object) return this.bytes.slice(this.start, this.end);
    const added = encodeBytes(quote(name) + ":" + value + "}");
    const text = new Uint8Array(this.end - this.start + 1 + added.length);
    text[0] = 0x7b;
    let size = 1;
    let at = skipSpace(this.bytes, this.start + 1);
    while (unchecked(this.bytes[at]) != 0x7d) {
      const nameEnd = skipValue(this.bytes, at);
      const end = skipValue(this.bytes, skipSpace(this.bytes, skipSpace(this.bytes, nameEnd) + 1));
      if (unquote(this.bytes, at, nameEnd) != name) {
        text.set(this.bytes.subarray(at, end), size);
        size += end - at;
        text[size++] = 0x2c;
      }
      at = skipSeparator(this.bytes, end);
    }
    text.set(added, size);
    return text.subarray(0, size + added.length);
  }
}

/** A text as a JSON string, quotes included. Bytes that were not UTF-8 become U+FFFD. */
export function quote(text: string): string {
  let quoted = '"';
  let kept = 0;
  for (let i = 0; i < text.length; ++i) {
    const unit = text.charCodeAt(i);
    const lone = unit >= 0xdc80 && unit <= 0xdcff && (i == 0 || (text.charCodeAt(i - 1) & 0xfc00) != 0xd800);
    if (unit >= 0x20 && unit != 0x22 && unit != 0x5c && !lone) continue;
    quoted += text.substring(kept, i);
    kept = i + 1;
    if (lone) quoted += "\ufffd";
    else if (unit < 0x20) quoted += "\\u00" + (unit < 16 ? "0" : "1") + "0123456789abcdef".charAt(unit & 15);
    else quoted += "\\" + String.fromCharCode(unit);
  }
  return quoted + text.substring(kept) + '"';
}

// Everything below moves through text that is known to be valid.

function skipSpace(bytes: Uint8Array, at: i32): i32 {
  while (at < bytes.length && unchecked(bytes[at]) <= 0x20) ++at;
  return at;
}

/** From behind a value to the next one, or to the bracket that closes. */
function skipSeparator(bytes: Uint8Array, at: i32): i32 {
  at = skipSpace(bytes, at);
  return unchecked(bytes[at]) == 0x2c ? skipSpace(bytes, at + 1) : at;
}

/** The offset behind the value that starts at `at`. */
function skipValue(bytes: Uint8Array, at: i32): i32 {
  let depth = 0;
  do {
    const byte = unchecked(bytes[at]);
    if (byte == 0x22) {
      at = skipString(bytes, at);
    } else if (byte == 0x7b || byte == 0x5b) {
      ++depth;
      ++at;
    } else if (byte == 0x7d || byte == 0x5d) {
      --depth;
      ++at;
    } else if (depth > 0) {
      ++at;
    } else {
      while (at < bytes.length && isScalar(unchecked(bytes[at]))) ++at;
    }
  } while (depth > 0);
  return at;
}

/** The bytes of numbers, `true`, `false` and `null`. */
function isScalar(byte: u8): bool {
  return byte > 0x20 && byte != 0x2c && byte != 0x5d && byte != 0x7d;
}

function skipString(bytes: Uint8Array, at: i32): i32 {
  for (++at; unchecked(bytes[at]) != 0x22; ++at) {
    if (unchecked(bytes[at]) == 0x5c) ++at;
  }
  return at + 1;
}

/** The text of the string between the quotes at `start` and before `end`. */
function unquote(bytes: Uint8Array, start: i32, end: i32): string {
  let text = "";
  let kept = start + 1;
  for (let at = kept; at < end - 1;) {
    if (unchecked(bytes[at]) != 0x5c) {
      ++at;
      continue;
    }
    text += decodeRange(bytes, kept, at);
    const kind = unchecked(bytes[at + 1]);
    if (kind == 0x75) {
      let unit = 0;
      for (let i = at + 2; i < at + 6; ++i) unit = (unit << 4) | hexDigit(unchecked(bytes[i]));
      text += String.fromCharCode(unit);
      at += 6;
    } else {
      text += unescape(kind);
      at += 2;
    }
    kept = at;
  }
  const rest = decodeRange(bytes, kept, end - 1);
  return text.length == 0 ? rest : text + rest;
}

function unescape(kind: u8): string {
  switch (kind) {
    case 0x62:
      return "\b";
    case 0x66:
      return "\f";
    case 0x6e:
      return "\n";
    case 0x72:
      return "\r";
    case 0x74:
      return "\t";
    default:
      return String.fromCharCode(kind);
  }
}
