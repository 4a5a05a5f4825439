import { encodeTo } from "../abi/text";
import { GrowingBytes } from "../growing-bytes";
import { doubleText } from "./decimal";
import { Json } from "./json";
import { writeQuoted } from "./quote";
import { MAX_DEPTH, scanDocument } from "./scan";

/** What stands before the next value. */
enum Place {
  /** The root's value is due. */
  Start,
  /** The root's value is complete. */
  End,
  FirstElement,
  NextElement,
  FirstMember,
  NextMember,
  /** A name is written, its value is due. */
  Value,
}

/**
 * Writes JSON piece by piece.
 *
 *     const writer = new JsonWriter();
 *     writer.beginObject().name("user").string(user).name("tries").integer(tries).endObject();
 *     const body = writer.finish();
 *
 * What `finish` gives is always valid, also for `Json.parse`: texts are escaped, octets that are no UTF-8 become U+FFFD, NaN and
 * infinities become null. A call in the wrong place (a member without a name, an end without its begin), more than 256 levels and a value
 * that is not JSON make it give null.
 */
export class JsonWriter {
  private bytes: GrowingBytes = new GrowingBytes();
  private place: Place = Place.Start;
  private depth: i32 = 0;
  /** Which of the open containers are objects. */
  private objects: StaticArray<bool> = new StaticArray<bool>(MAX_DEPTH);
  private wrong: bool = false;

  /** Whether a call did not fit; `finish` then gives null. */
  get failed(): bool {
    return this.wrong;
  }

  /** Begins an object, with `name` and a value for each member, until `endObject`. */
  beginObject(): JsonWriter {
    return this.begin(0x7b, true);
  }

  /** Ends the object that was begun last. */
  endObject(): JsonWriter {
    return this.end(0x7d, this.place == Place.FirstMember || this.place == Place.NextMember);
  }

  /** Begins an array, with a value for each element, until `endArray`. */
  beginArray(): JsonWriter {
    return this.begin(0x5b, false);
  }

  /** Ends the array that was begun last. */
  endArray(): JsonWriter {
    return this.end(0x5d, this.place == Place.FirstElement || this.place == Place.NextElement);
  }

  /** The name of the member that the next call writes. */
  name(name: string): JsonWriter {
    if (this.place != Place.FirstMember && this.place != Place.NextMember) return this.fail();
    if (this.place == Place.NextMember) this.bytes.push(0x2c);
    writeQuoted(this.bytes, name);
    this.bytes.push(0x3a);
    this.place = Place.Value;
    return this;
  }

  /** A text, with quotes and escapes. */
  string(value: string): JsonWriter {
    if (!this.beforeValue()) return this;
    writeQuoted(this.bytes, value);
    return this.afterValue();
  }

  /** A whole number. */
  integer(value: i64): JsonWriter {
    return this.plain(`${value}`);
  }

  /** A whole number that is not negative. */
  unsigned(value: u64): JsonWriter {
    return this.plain(`${value}`);
  }

  /** A double, with as many digits as it takes to read it back as the same. NaN and infinities are written as null. */
  number(value: f64): JsonWriter {
    return this.plain(doubleText(value));
  }

  /** `true` or `false`. */
  boolean(value: bool): JsonWriter {
    return this.plain(value ? "true" : "false");
  }

  /** `null`. */
  nullValue(): JsonWriter {
    return this.plain("null");
  }

  /** A value that was read, byte by byte. */
  value(value: Json): JsonWriter {
    return this.text(value.toBytes());
  }

  /** JSON text, which is checked. */
  text(value: Uint8Array): JsonWriter {
    if (!this.beforeValue()) return this;
    const start = value.dataStart;
    if (!scanDocument(start, start + value.length, MAX_DEPTH - this.depth)) return this.fail();
    this.bytes.append(value);
    return this.afterValue();
  }

  /** The whole text, not a copy; null when the value is not complete or a call did not fit. */
  finish(): Uint8Array | null {
    return this.wrong || this.place != Place.End ? null : this.bytes.written();
  }

  private plain(text: string): JsonWriter {
    if (!this.beforeValue()) return this;
    const at = this.bytes.reserve(text.length * 3);
    this.bytes.advance(at + encodeTo(at, text));
    return this.afterValue();
  }

  private begin(bracket: u8, object: bool): JsonWriter {
    if (this.depth == MAX_DEPTH) return this.fail();
    if (!this.beforeValue()) return this;
    this.bytes.push(bracket);
    unchecked((this.objects[this.depth++] = object));
    this.place = object ? Place.FirstMember : Place.FirstElement;
    return this;
  }

  private end(bracket: u8, fits: bool): JsonWriter {
    if (!fits) return this.fail();
    this.bytes.push(bracket);
    --this.depth;
    return this.afterValue();
  }

  private beforeValue(): bool {
    const place = this.place;
    if (this.wrong || place == Place.End || place == Place.FirstMember || place == Place.NextMember) {
      this.fail();
      return false;
    }
    if (place == Place.NextElement) this.bytes.push(0x2c);
    return true;
  }

  private afterValue(): JsonWriter {
    if (this.depth == 0) this.place = Place.End;
    else this.place = unchecked(this.objects[this.depth - 1]) ? Place.NextMember : Place.NextElement;
    return this;
  }

  private fail(): JsonWriter {
    this.wrong = true;
    return this;
  }
}
