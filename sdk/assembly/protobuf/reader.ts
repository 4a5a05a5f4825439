import { decode } from "../abi/text";
import { WireType } from "./wire-type";

/**
 * Reads a protobuf message field by field, whatever bytes it is given, without ever trapping.
 *
 *     const message = new ProtobufReader(bytes);
 *     while (message.next()) {
 *       if (message.field == 1) path = message.string();
 *       else if (message.field == 3) readNested(message.message());
 *     }
 *     if (message.failed) …
 *
 * A field that is not asked for is skipped. `failed` tells a message that is cut off or garbled from one that ended: a length beyond the
 * end, a varint of more than ten bytes, field number 0, a group. A getter that does not fit the field's wire type answers 0, "" or
 * nothing, and the reader has failed too.
 */
export class ProtobufReader {
  /** The number of the current field; 0 before the first and after the last. */
  field: u32 = 0;
  /** How the current field is written. */
  wireType: WireType = WireType.Varint;
  private at: i32 = 0;
  private end: i32;
  /** The value of a varint or fixed field; the length of a `Bytes` field, which ends at `at`. */
  private number: u64 = 0;
  private wrong: bool = false;

  /** `source` is the message. It is not copied and must not change while it is read. */
  constructor(private source: Uint8Array) {
    this.end = source.length;
  }

  /** Whether the bytes are not a message, or a getter did not fit. */
  get failed(): bool {
    return this.wrong;
  }

  /** Goes to the next field. False: there is none, or the reader has failed. */
  next(): bool {
    this.field = 0;
    if (this.wrong || this.at >= this.end || !this.readVarint()) return false;
    const tag = this.number;
    // 29 bits of number, 3 of type
    if (tag > 0xffff_ffff || tag < 8) return this.fail();
    const type = <i32>(tag & 7);
    if (type == WireType.Varint) {
      if (!this.readVarint()) return false;
    } else if (type == WireType.Bytes) {
      if (!this.readVarint()) return false;
      if (this.number > <u64>(this.end - this.at)) return this.fail();
      this.at += <i32>this.number;
    } else if (type == WireType.Fixed64) {
      if (this.end - this.at < 8) return this.fail();
      this.number = load<u64>(this.source.dataStart + this.at);
      this.at += 8;
    } else if (type == WireType.Fixed32) {
      if (this.end - this.at < 4) return this.fail();
      this.number = load<u32>(this.source.dataStart + this.at);
      this.at += 4;
    } else {
      return this.fail();
    }
    this.field = <u32>(tag >> 3);
    this.wireType = <WireType>type;
    return true;
  }

  /** Also for enums. */
  int32(): i32 {
    return <i32>this.value(WireType.Varint);
  }

  /** The value of an `int64`. */
  int64(): i64 {
    return <i64>this.value(WireType.Varint);
  }

  /** The value of a `uint32`; the lower 32 bits of a larger one. */
  uint32(): u32 {
    return <u32>this.value(WireType.Varint);
  }

  /** The value of a `uint64`. */
  uint64(): u64 {
    return this.value(WireType.Varint);
  }

  /** The value of a `sint32`, which is written with zigzag. */
  sint32(): i32 {
    return <i32>this.sint64();
  }

  /** The value of a `sint64`, which is written with zigzag. */
  sint64(): i64 {
    const value = this.value(WireType.Varint);
    return (<i64>(value >> 1)) ^ -(<i64>(value & 1));
  }

  /** The value of a `bool`. */
  boolean(): bool {
    return this.value(WireType.Varint) != 0;
  }

  /** The value of a `fixed32` or, cast, an `sfixed32`. */
  fixed32(): u32 {
    return <u32>this.value(WireType.Fixed32);
  }

  /** The value of a `fixed64` or, cast, an `sfixed64`. */
  fixed64(): u64 {
    return this.value(WireType.Fixed64);
  }

  /** The value of a `float`. */
  float(): f32 {
    return reinterpret<f32>(this.fixed32());
  }

  /** The value of a `double`. */
  double(): f64 {
    return reinterpret<f64>(this.fixed64());
  }

  /** A text; bytes that are not UTF-8 survive as lone surrogates U+DC80–U+DCFF. */
  string(): string {
    const length = <i32>this.value(WireType.Bytes);
    return decode(this.source.dataStart + this.at - length, length);
  }

  /** A copy of the bytes. */
  bytes(): Uint8Array {
    const length = <i32>this.value(WireType.Bytes);
    return this.source.slice(this.at - length, this.at);
  }

  /** A reader of a nested message, or of nothing; it fails on its own. */
  message(): ProtobufReader {
    const length = <i32>this.value(WireType.Bytes);
    const nested = new ProtobufReader(this.source);
    nested.at = this.at - length;
    nested.end = this.at;
    nested.wrong = this.wrong;
    return nested;
  }

  /** Adds the integers of one field of a repeated field to `values`: a packed list, or a single one. */
  varints(values: u64[]): void {
    if (this.wireType == WireType.Varint) {
      values.push(this.uint64());
      return;
    }
    const list = this.message();
    while (list.at < list.end && list.readVarint()) values.push(list.number);
    if (list.wrong) this.fail();
  }

  private value(type: WireType): u64 {
    if (this.field != 0 && this.wireType == type) return this.number;
    this.fail();
    return 0;
  }

  /** Reads a varint into `number`. */
  private readVarint(): bool {
    const data = this.source.dataStart;
    let value: u64 = 0;
    for (let shift: u64 = 0; shift < 70 && this.at < this.end; shift += 7) {
      const byte = load<u8>(data + this.at++);
      value |= (<u64>(byte & 0x7f)) << shift;
      if (byte < 0x80) {
        this.number = value;
        // The tenth byte has one bit of 64 to give.
        return shift < 63 || byte <= 1 || this.fail();
      }
    }
    return this.fail();
  }

  private fail(): bool {
    this.wrong = true;
    return false;
  }
}
