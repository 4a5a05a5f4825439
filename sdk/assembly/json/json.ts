import { decodeRange, encode, encodeBytes, encodedSize } from "../abi/text";
import { writeEdited, writeExtended } from "./edit";
import { describeJsonError, JsonError } from "./json-error";
import { doubleOf, signedOf, unsignedOf } from "./number";
import { quote } from "./quote";
import { error, errorAt, MAX_DEPTH, nameBit, rootEnd, rootNames, rootStart, scanDocument } from "./scan";
import { stringBytes, unquote } from "./unquote";
import { firstIn, isName, memberValue, nextBehind, valueEnd } from "./walk";

/** What a JSON value is (RFC 8259 §3). */
export enum JsonKind {
  /** `null`. */
  Null,
  /** `true` or `false`. */
  Boolean,
  /** A number of any size and precision. */
  Number,
  /** A text. */
  String,
  /** A list of values. */
  Array,
  /** Names with values. */
  Object,
}

/** What `Json.parse` gives: a value, or why and where the text is not JSON. */
export class JsonResult {
  /** `Json.parse` makes one. @internal */
  constructor(
    /** Null when the text is not JSON. */
    readonly value: Json | null,
    /** What is wrong; `None` when there is a value. */
    readonly reason: JsonError,
    /** The offset of what is wrong, in bytes; 0 when there is a value. */
    readonly offset: i32,
    private bytes: Uint8Array,
  ) {}

  /** What is wrong, as a sentence's end: `',' or '}' is due`; "" when there is a value. */
  get error(): string {
    return describeJsonError(this.reason);
  }

  /** The line of `offset`, from 1. */
  get line(): i32 {
    let line = 1;
    for (let at = 0; at < this.offset; ++at) line += i32(unchecked(this.bytes[at]) == 0x0a);
    return line;
  }

  /** The column of `offset` in its line, from 1, in bytes. */
  get column(): i32 {
    let at = this.offset;
    while (at > 0 && unchecked(this.bytes[at - 1]) != 0x0a) --at;
    return this.offset - at + 1;
  }
}

/** One member of an object. */
export class JsonMember {
  /** `Json.members` makes them. @internal */
  constructor(
    /** The name, with its escapes resolved. */
    readonly name: string,
    /** The value. */
    readonly value: Json,
  ) {}
}

/**
 * A JSON value: a range of bytes that are known to be valid JSON. Nothing is read before it is asked for, and asking for the
 * wrong kind gives null or a default, never a trap.
 *
 * When an object has a name twice, `get` answers the last of them, as JavaScript does; `members` has them all.
 */
export class Json {
  private constructor(
    private bytes: Uint8Array,
    private start: i32,
    private end: i32,
    /** Of an object: the `nameBit`s of its names, or all bits. */
    private names: u64,
  ) {}

  /**
   * Reads a text strictly (RFC 8259): no comments, no trailing commas, UTF-8 only, no half surrogate pairs, at most 256
   * levels deep. The value refers to `bytes`, which must not change as long as it is used.
   */
  static parse(bytes: Uint8Array): JsonResult {
    const start = bytes.dataStart;
    if (!scanDocument(start, start + bytes.length, MAX_DEPTH)) {
      return new JsonResult(null, error, <i32>(errorAt - start), bytes);
    }
    const value = new Json(bytes, <i32>(rootStart - start), <i32>(rootEnd - start), rootNames);
    return new JsonResult(value, JsonError.None, 0, bytes);
  }

  /** Reads a text, as strictly as `parse`; offsets count its bytes in UTF-8. */
  static parseText(text: string): JsonResult {
    return Json.parse(encodeBytes(text));
  }

  /** What this value is. */
  get kind(): JsonKind {
    const first = unchecked(this.bytes[this.start]);
    if (first == 0x7b) return JsonKind.Object;
    if (first == 0x5b) return JsonKind.Array;
    if (first == 0x22) return JsonKind.String;
    if (first == 0x6e) return JsonKind.Null;
    return first == 0x74 || first == 0x66 ? JsonKind.Boolean : JsonKind.Number;
  }

  /** Whether this is `null`. */
  get isNull(): bool {
    return this.kind == JsonKind.Null;
  }

  /** The JSON text of this value, byte by byte as it was read: also of numbers that no type can hold. */
  toString(): string {
    return decodeRange(this.bytes, this.start, this.end);
  }

  /** The JSON text of this value as bytes; a copy. */
  toBytes(): Uint8Array {
    return this.bytes.slice(this.start, this.end);
  }

  /** The text of a string; null for any other kind. */
  asString(): string | null {
    return this.kind == JsonKind.String ? unquote(this.from + 1, this.to - 1) : null;
  }

  /** The UTF-8 of a string's text; null for any other kind. */
  asBytes(): Uint8Array | null {
    return this.kind == JsonKind.String ? stringBytes(this.from + 1, this.to - 1) : null;
  }

  /** The truth of a boolean; `otherwise` for any other kind. */
  asBoolean(otherwise: bool): bool {
    return this.kind == JsonKind.Boolean ? unchecked(this.bytes[this.start]) == 0x74 : otherwise;
  }

  /**
   * A whole number from `least` to `most`, exactly; `otherwise` for anything else. A fraction or an exponent makes a number not
   * whole, even `1.0`.
   */
  asInteger(least: i64, most: i64, otherwise: i64): i64 {
    return this.kind == JsonKind.Number ? signedOf(this.from, this.to, least, most, otherwise) : otherwise;
  }

  /** A whole number from 0 to `most`, exactly, up to 18446744073709551615; `otherwise` for anything else. */
  asUnsigned(most: u64, otherwise: u64): u64 {
    return this.kind == JsonKind.Number ? unsignedOf(this.from, this.to, most, otherwise) : otherwise;
  }

  /**
   * A number as the nearest double; `otherwise` for any other kind and for numbers beyond all doubles, such as `1e999`. The
   * answer is never NaN or infinite unless `otherwise` is.
   */
  asNumber(otherwise: f64): f64 {
    if (this.kind != JsonKind.Number) return otherwise;
    const value = doubleOf(this.from, this.to);
    return isFinite(value) ? value : otherwise;
  }

  /** How many elements or members; 0 for any other kind. */
  get length(): i32 {
    let length = 0;
    for (let at = this.first(); at != 0; at = this.behind(at)) ++length;
    return length;
  }

  /** The elements of an array; null for any other kind. */
  items(): Json[] | null {
    if (this.kind != JsonKind.Array) return null;
    const items: Json[] = [];
    for (let at = this.first(); at != 0;) {
      const item = this.part(at);
      items.push(item);
      at = nextBehind(item.to, this.to);
    }
    return items;
  }

  /** The element at `index`, from 0; null when there is none, and for any other kind. */
  item(index: i32): Json | null {
    if (this.kind != JsonKind.Array || index < 0) return null;
    let at = this.first();
    while (at != 0 && index-- > 0) at = this.behind(at);
    return at != 0 ? this.part(at) : null;
  }

  /** The members of an object in order, repeated names included; null for any other kind. */
  members(): JsonMember[] | null {
    if (this.kind != JsonKind.Object) return null;
    const members: JsonMember[] = [];
    for (let at = this.first(); at != 0;) {
      const value = this.part(memberValue(at, this.to));
      members.push(new JsonMember(unquote(at + 1, valueEnd(at, this.to) - 1), value));
      at = nextBehind(value.to, this.to);
    }
    return members;
  }

  /** The value of an object's member, of the last one when the name repeats; null when there is none. */
  get(name: string): Json | null {
    if (this.kind != JsonKind.Object) return null;
    const key = encode(name);
    const size = encodedSize;
    if (!(this.names & nameBit(key, size))) return null;
    let found: usize = 0;
    for (let at = this.first(); at != 0; at = this.behind(at)) {
      if (isName(at, this.to, key, size)) found = at;
    }
    return found != 0 ? this.part(memberValue(found, this.to)) : null;
  }

  /** Whether an object has a member of this name. */
  has(name: string): bool {
    return this.get(name) !== null;
  }

  /**
   * The text of this object with a member set to `value`, itself JSON text. The member comes last, and any of that name,
   * however it is escaped, is left out: no reader downstream can pick another one. All else stays byte by byte. Null: this is
   * no object, or `value` is not JSON.
   */
  withMember(name: string, value: string): Uint8Array | null {
    const text = encode(value);
    // One level is this object's.
    if (this.kind != JsonKind.Object || !scanDocument(text, text + encodedSize, MAX_DEPTH - 1)) return null;
    return this.edited(name, quote(name) + ":" + value);
  }

  /**
   * The text of this object without any member of this name. All else stays byte by byte. Null: this is no object.
   */
  without(name: string): Uint8Array | null {
    return this.kind == JsonKind.Object ? this.edited(name, "") : null;
  }

  private edited(name: string, addition: string): Uint8Array {
    const added = encode(addition);
    const addedSize = encodedSize;
    const key = encode(name);
    const found = (this.names & nameBit(key, encodedSize)) != 0;
    const text = new Uint8Array(this.end - this.start + 1 + <i32>addedSize);
    const size = found
      ? writeEdited(text.dataStart, this.from, this.to, key, encodedSize, added, addedSize)
      : writeExtended(text.dataStart, this.from, this.to, added, addedSize);
    return text.subarray(0, <i32>size);
  }

  private get from(): usize {
    return this.bytes.dataStart + this.start;
  }

  private get to(): usize {
    return this.bytes.dataStart + this.end;
  }

  /** The address of the first element or member; 0 when there is none. */
  private first(): usize {
    return this.kind >= JsonKind.Array ? firstIn(this.from, this.to) : 0;
  }

  /** The address of the element or member behind the one at `at`; 0 when there is none. */
  private behind(at: usize): usize {
    const value = this.kind == JsonKind.Object ? memberValue(at, this.to) : at;
    return nextBehind(valueEnd(value, this.to), this.to);
  }

  private part(at: usize): Json {
    const start = this.bytes.dataStart;
    return new Json(this.bytes, <i32>(at - start), <i32>(valueEnd(at, this.to) - start), u64.MAX_VALUE);
  }
}
