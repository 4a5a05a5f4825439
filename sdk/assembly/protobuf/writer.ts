import { encodeTo } from "../abi/text";
import { GrowingBytes } from "../growing-bytes";
import { WireType } from "./wire-type";

/**
 * Writes a protobuf message field by field. The methods are called as the types in a .proto file; an enum is an `int32`. Every call
 * writes its field, also with its default value; a repeated field is several calls.
 *
 *     const message = new ProtobufWriter().string(1, "/pets").uint64(2, 7).message(3, nested).finish();
 */
export class ProtobufWriter {
  private buffer: GrowingBytes = new GrowingBytes();

  /** An `int32` or an enum. A negative one takes ten bytes. */
  int32(field: u32, value: i32): ProtobufWriter {
    return this.uint64(field, <u64>(<i64>value));
  }

  /** An `int64`. */
  int64(field: u32, value: i64): ProtobufWriter {
    return this.uint64(field, <u64>value);
  }

  /** A `uint32`. */
  uint32(field: u32, value: u32): ProtobufWriter {
    return this.uint64(field, value);
  }

  /** A `uint64`. */
  uint64(field: u32, value: u64): ProtobufWriter {
    this.tag(field, WireType.Varint);
    this.varint(value);
    return this;
  }

  /** A `sint32`, written with zigzag: short when it is near 0. */
  sint32(field: u32, value: i32): ProtobufWriter {
    return this.sint64(field, value);
  }

  /** A `sint64`, written with zigzag: short when it is near 0. */
  sint64(field: u32, value: i64): ProtobufWriter {
    return this.uint64(field, ((<u64>value) << 1) ^ (<u64>(value >> 63)));
  }

  /** A `bool`. */
  boolean(field: u32, value: bool): ProtobufWriter {
    return this.uint64(field, u64(value));
  }

  /** A `fixed32` or, cast, an `sfixed32`. */
  fixed32(field: u32, value: u32): ProtobufWriter {
    this.tag(field, WireType.Fixed32);
    const at = this.buffer.reserve(4);
    store<u32>(at, value);
    this.buffer.advance(at + 4);
    return this;
  }

  /** A `fixed64` or, cast, an `sfixed64`. */
  fixed64(field: u32, value: u64): ProtobufWriter {
    this.tag(field, WireType.Fixed64);
    const at = this.buffer.reserve(8);
    store<u64>(at, value);
    this.buffer.advance(at + 8);
    return this;
  }

  /** A `float`. */
  float(field: u32, value: f32): ProtobufWriter {
    return this.fixed32(field, reinterpret<u32>(value));
  }

  /** A `double`. */
  double(field: u32, value: f64): ProtobufWriter {
    return this.fixed64(field, reinterpret<u64>(value));
  }

  /** A text as UTF-8. Octets that were no UTF-8 go out as they came, so give `bytes` fields what may hold them. */
  string(field: u32, value: string): ProtobufWriter {
    this.tag(field, WireType.Bytes);
    // The size is known when the text is encoded, and takes at most five bytes.
    const text = this.buffer.reserve(5 + value.length * 3) + 5;
    const size = encodeTo(text, value);
    const at = writeVarint(text - 5, size);
    memory.copy(at, text, size);
    this.buffer.advance(at + size);
    return this;
  }

  /** Bytes, or a message that is serialised already. */
  bytes(field: u32, value: Uint8Array): ProtobufWriter {
    this.tag(field, WireType.Bytes);
    this.varint(value.length);
    this.buffer.append(value);
    return this;
  }

  /** A nested message: what `value` has written so far. */
  message(field: u32, value: ProtobufWriter): ProtobufWriter {
    return this.bytes(field, value.finish());
  }

  /** The message; not a copy. */
  finish(): Uint8Array {
    return this.buffer.written();
  }

  private tag(field: u32, type: WireType): void {
    assert(field - 1 < 0x1fff_ffff, "a protobuf field's number is between 1 and 536870911");
    this.varint(((<u64>field) << 3) | (<u64>type));
  }

  private varint(value: u64): void {
    this.buffer.advance(writeVarint(this.buffer.reserve(10), value));
  }
}

/** Writes at most ten bytes; gives the address behind them. */
function writeVarint(at: usize, value: u64): usize {
  for (; value >= 0x80; value >>= 7) store<u8>(at++, u8(value) | 0x80);
  store<u8>(at, u8(value));
  return at + 1;
}
