import { decode } from "../abi/text";
import { describeJsonError, JsonError } from "./json-error";
import { doubleOf, signedOf, unsignedOf } from "./number";
import { error, errorAt, MAX_DEPTH, numberEnd, skipSpace, calledStringEnd, unitAt, wordEnd } from "./scan";
import { unquote } from "./unquote";

/** What `JsonReader.next` found. */
export enum JsonToken {
  /** The `{` of an object. */
  BeginObject,
  /** The `}` of an object. */
  EndObject,
  /** The `[` of an array. */
  BeginArray,
  /** The `]` of an array. */
  EndArray,
  /** A member's name; its value is next. */
  Name,
  /** A text: see `string`. */
  String,
  /** A number: see `integer` and `number`. */
  Number,
  /** `true`. */
  True,
  /** `false`. */
  False,
  /** `null`. */
  Null,
  /** Nothing more in the pieces so far: `push` the next one, or `finish`. */
  More,
  /** The text is complete. */
  End,
  /** The text is not JSON; it stays at that. */
  Error,
}

/** What may stand next. */
enum Place {
  Value,
  /** A value, or the end of an empty array. */
  FirstElement,
  Name,
  /** A name, or the end of an empty object. */
  FirstName,
  Colon,
  /** A comma, or the end of the container. */
  Next,
  /** White space. */
  End,
}

/** How much of a string or number a reader keeps until the rest of it arrives. */
const KEPT_BYTES: i32 = 65536;

/** The longest escape: a surrogate pair. */
const LONGEST_UNIT: usize = 12;

/**
 * Reads JSON token by token, as strictly as `Json.parse`, without building anything. The text may arrive in pieces that are cut anywhere:
 *
 *     const reader = new JsonReader();            // in a field of the filter
 *     reader.push(body.bytes());                  // in every body callback
 *     if (endOfStream) reader.finish();
 *     for (let token = reader.next(); token < JsonToken.More; token = reader.next()) {
 *       if (token == JsonToken.Name && reader.depth == 1 && reader.string() != "user") reader.skip();
 *     }
 *
 * The tokens come in the order of a valid text, so every `Begin…` has its `End…`. Only the token that is cut by the end of a piece is kept.
 */
export class JsonReader {
  private window: Uint8Array = new Uint8Array(0);
  /** Where the reader stands in the window. */
  private at: i32 = 0;
  /** Where the pieces so far end in the window, which may have room behind. */
  private end: i32 = 0;
  /** Whether the window is the reader's own, and not a piece. */
  private owned: bool = false;
  private finished: bool = false;
  /** Where the window begins in the whole text. */
  private base: i64 = 0;

  /** The current token in the window, and how far a token that was cut off has been looked at. */
  private tokenStart: i32 = 0;
  private tokenEnd: i32 = 0;
  private looked: i32 = 0;

  private place: Place = Place.Value;
  private levels: i32 = 0;
  private objects: StaticArray<bool> = new StaticArray<bool>(MAX_DEPTH);
  /** Tokens are passed over until this depth is reached again; -1: they are not. */
  private skipTo: i32 = -1;
  private skipsValue: bool = false;

  private current: JsonToken = JsonToken.More;
  private failure: JsonError = JsonError.None;
  private failureAt: i64 = 0;

  /** `keptBytes`: how long a string or number may be that is cut by the end of a piece; longer ones are an error. */
  constructor(private keptBytes: i32 = KEPT_BYTES) {}

  /** A reader of a text that is whole: no `push` and no `finish` are needed. */
  static of(text: Uint8Array): JsonReader {
    const reader = new JsonReader();
    reader.push(text);
    reader.finish();
    return reader;
  }

  /**
   * Gives the next piece of the text, which must not change before `next` has answered `More`. False: the text was finished, or is wrong.
   */
  push(piece: Uint8Array): bool {
    if (this.finished || this.failure != JsonError.None) return false;
    const rest = this.end - this.at;
    const size = piece.length;
    if (rest == 0) {
      this.base += this.end;
      this.window = piece;
      this.owned = false;
      this.at = 0;
      this.end = size;
    } else {
      if (!this.owned || this.window.length - this.end < size) this.move(rest, size);
      memory.copy(this.window.dataStart + this.end, piece.dataStart, size);
      this.end += size;
    }
    this.tokenStart = this.at;
    this.tokenEnd = this.at;
    this.current = JsonToken.More;
    return true;
  }

  /** Says that the pieces so far are the whole text: what is missing then is an error and not `More`. */
  finish(): void {
    this.finished = true;
  }

  /**
   * Goes to the next token and gives it: `More` when the pieces so far have none, `End` behind the value,
   * `Error` for good.
   */
  next(): JsonToken {
    let token = this.step();
    while (this.skipTo >= 0 && token < JsonToken.More) {
      if (this.levels == this.skipTo) {
        this.skipTo = -1;
        if (!this.skipsValue) break;
      }
      token = this.step();
    }
    this.current = token;
    return token;
  }

  /**
   * Passes over what belongs to the current token: after a `Begin…` the next token is its `End…`, after a name the next token is the
   * one behind its value. After other tokens it does nothing. What is passed over is checked all the same.
   */
  skip(): void {
    if (this.current == JsonToken.BeginObject || this.current == JsonToken.BeginArray) {
      this.skipTo = this.levels - 1;
      this.skipsValue = false;
    } else if (this.current == JsonToken.Name) {
      this.skipTo = this.levels;
      this.skipsValue = true;
    }
  }

  /** The token that `next` gave last; `More` before the first. */
  get token(): JsonToken {
    return this.current;
  }

  /** How many objects and arrays are open. A `Begin…` counts, an `End…` no more. */
  get depth(): i32 {
    return this.levels;
  }

  /** Where the current token begins in the whole text, in bytes. */
  get start(): i64 {
    return this.base + this.tokenStart;
  }

  /** Where the current token ends in the whole text, in bytes. */
  get stop(): i64 {
    return this.base + this.tokenEnd;
  }

  /** The text of a name or string; null for any other token. */
  string(): string | null {
    if (this.current != JsonToken.String && this.current != JsonToken.Name) return null;
    return unquote(this.address(this.tokenStart) + 1, this.address(this.tokenEnd) - 1);
  }

  /** A whole number from `least` to `most`, exactly; `otherwise` for anything else. */
  integer(least: i64, most: i64, otherwise: i64): i64 {
    if (this.current != JsonToken.Number) return otherwise;
    return signedOf(this.address(this.tokenStart), this.address(this.tokenEnd), least, most, otherwise);
  }

  /** A whole number from 0 to `most`, exactly, up to 18446744073709551615; `otherwise` for anything else. */
  unsigned(most: u64, otherwise: u64): u64 {
    if (this.current != JsonToken.Number) return otherwise;
    return unsignedOf(this.address(this.tokenStart), this.address(this.tokenEnd), most, otherwise);
  }

  /** A number as the nearest double; `otherwise` for any other token and for numbers beyond all doubles. */
  number(otherwise: f64): f64 {
    if (this.current != JsonToken.Number) return otherwise;
    const value = doubleOf(this.address(this.tokenStart), this.address(this.tokenEnd));
    return isFinite(value) ? value : otherwise;
  }

  /** The current token as it stands in the text, quotes and escapes included; "" for `More`, `End` and `Error`. */
  text(): string {
    return decode(this.address(this.tokenStart), this.tokenEnd - this.tokenStart);
  }

  /** What is wrong; `None` as long as nothing is. */
  get reason(): JsonError {
    return this.failure;
  }

  /** What is wrong, as a sentence's end; "" as long as nothing is. */
  get error(): string {
    return describeJsonError(this.failure);
  }

  /** Where in the whole text it is wrong, in bytes. */
  get errorOffset(): i64 {
    return this.failureAt;
  }

  private address(at: i32): usize {
    return this.window.dataStart + at;
  }

  /** Makes room for `size` bytes behind the `rest` that is not read yet. */
  private move(rest: i32, size: i32): void {
    const window = new Uint8Array(max(rest + size, rest * 2));
    memory.copy(window.dataStart, this.address(this.at), rest);
    this.base += this.at;
    this.window = window;
    this.owned = true;
    this.at = 0;
    this.end = rest;
  }

  private step(): JsonToken {
    if (this.failure != JsonError.None) return JsonToken.Error;
    const start = this.window.dataStart;
    const end = start + this.end;
    for (;;) {
      const at = skipSpace(start + this.at, end);
      this.at = <i32>(at - start);
      if (at == end) return this.atEnd();
      const byte = load<u8>(at);
      switch (this.place) {
        case Place.Colon:
          if (byte != 0x3a) return this.fail(JsonError.ColonDue, at);
          ++this.at;
          this.place = Place.Value;
          continue;
        case Place.Next: {
          const inObject = unchecked(this.objects[this.levels - 1]);
          if (byte == (inObject ? 0x7d : 0x5d)) return this.close(inObject);
          if (byte != 0x2c) return this.fail(this.endReason(), at);
          ++this.at;
          this.place = inObject ? Place.Name : Place.Value;
          continue;
        }
        case Place.End:
          return this.fail(JsonError.TextAfterValue, at);
        case Place.FirstName:
          if (byte == 0x7d) return this.close(true);
          return this.name(byte, at, end);
        case Place.Name:
          return this.name(byte, at, end);
        case Place.FirstElement:
          if (byte == 0x5d) return this.close(false);
          return this.value(byte, at, end);
        default:
          return this.value(byte, at, end);
      }
    }
  }

  private name(first: u8, at: usize, end: usize): JsonToken {
    if (first != 0x22) return this.fail(JsonError.NameDue, at);
    return this.readString(at, end) ? this.take(JsonToken.Name, Place.Colon) : this.stopped();
  }

  private value(first: u8, at: usize, end: usize): JsonToken {
    if (first == 0x7b || first == 0x5b) return this.open(first == 0x7b, at);
    if (first == 0x22) {
      return this.readString(at, end) ? this.take(JsonToken.String, this.behind()) : this.stopped();
    }
    if (first <= 0x39) {
      return this.readNumber(at, end) ? this.take(JsonToken.Number, this.behind()) : this.stopped();
    }
    const stop = wordEnd(at, end);
    if (!stop) return errorAt == end && !this.finished ? this.more() : this.fail(error, errorAt);
    this.tokenEnd = <i32>(stop - this.window.dataStart);
    const token = first == 0x74 ? JsonToken.True : first == 0x66 ? JsonToken.False : JsonToken.Null;
    return this.take(token, this.behind());
  }

  private readString(at: usize, end: usize): bool {
    const stop = calledStringEnd(at + max(this.looked, 1), end);
    if (stop) {
      this.tokenEnd = <i32>(stop - this.window.dataStart);
      return true;
    }
    // The character or escape may only be cut off.
    const cut =
      error == JsonError.EndsInString ||
      (end - unitAt < LONGEST_UNIT &&
        (error == JsonError.NotUtf8 ||
          error == JsonError.HexDigitsDue ||
          error == JsonError.HalfSurrogatePair));
    if (!cut || this.finished) this.fail(error, errorAt);
    else this.looked = <i32>(unitAt - at);
    return false;
  }

  private readNumber(at: usize, end: usize): bool {
    if (!this.finished) {
      let stop = at + this.looked;
      while (stop < end && isOfNumber(load<u8>(stop))) ++stop;
      this.looked = <i32>(stop - at);
      if (stop == end) return false;
    }
    const stop = numberEnd(at, end);
    if (!stop) this.fail(error, errorAt);
    else this.tokenEnd = <i32>(stop - this.window.dataStart);
    return stop != 0;
  }

  /** The token from here to `tokenEnd`. */
  private take(token: JsonToken, place: Place): JsonToken {
    this.tokenStart = this.at;
    this.at = this.tokenEnd;
    this.looked = 0;
    this.place = place;
    return token;
  }

  private open(object: bool, at: usize): JsonToken {
    if (this.levels == MAX_DEPTH) return this.fail(JsonError.TooDeep, at);
    unchecked((this.objects[this.levels++] = object));
    this.tokenEnd = this.at + 1;
    return object
      ? this.take(JsonToken.BeginObject, Place.FirstName)
      : this.take(JsonToken.BeginArray, Place.FirstElement);
  }

  private close(object: bool): JsonToken {
    --this.levels;
    this.tokenEnd = this.at + 1;
    return this.take(object ? JsonToken.EndObject : JsonToken.EndArray, this.behind());
  }

  /** What may stand behind a value. */
  private behind(): Place {
    return this.levels == 0 ? Place.End : Place.Next;
  }

  /** A token was not complete, or wrong. */
  private stopped(): JsonToken {
    return this.failure != JsonError.None ? JsonToken.Error : this.more();
  }

  private atEnd(): JsonToken {
    if (!this.finished) return this.more();
    if (this.place != Place.End) return this.fail(this.endReason(), this.address(this.end));
    this.tokenStart = this.end;
    this.tokenEnd = this.end;
    return JsonToken.End;
  }

  /** What is missing where the text ends. */
  private endReason(): JsonError {
    switch (this.place) {
      case Place.Colon:
        return JsonError.ColonDue;
      case Place.Name:
      case Place.FirstName:
        return JsonError.NameDue;
      case Place.Next:
        return unchecked(this.objects[this.levels - 1])
          ? JsonError.CommaOrBraceDue
          : JsonError.CommaOrBracketDue;
      default:
        return JsonError.EndsBeforeValue;
    }
  }

  private more(): JsonToken {
    if (this.end - this.at > this.keptBytes) return this.fail(JsonError.TooLong, this.address(this.at));
    this.tokenStart = this.at;
    this.tokenEnd = this.at;
    return JsonToken.More;
  }

  private fail(reason: JsonError, at: usize): JsonToken {
    this.failure = reason;
    this.failureAt = this.base + <i64>(at - this.window.dataStart);
    this.tokenStart = this.at;
    this.tokenEnd = this.at;
    return JsonToken.Error;
  }
}

/** The bytes that a number may consist of. */
function isOfNumber(byte: u32): bool {
  return (
    (byte >= 0x30 && byte <= 0x39) || byte == 0x2e || byte == 0x2d || byte == 0x2b || (byte | 0x20) == 0x65
  );
}
