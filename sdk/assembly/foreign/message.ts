// The protobuf messages of Envoy's foreign functions: a few fields, text, bytes and small numbers.

import { decodeRange, encodeBytes } from "../abi/text";

const VARINT: u32 = 0;
const LENGTH_DELIMITED: u32 = 2;

/** Writes a message, field by field. */
export class MessageWriter {
  private readonly out: u8[] = [];

  text(field: u32, value: string): void {
    this.bytes(field, encodeBytes(value));
  }

  bytes(field: u32, value: Uint8Array): void {
    this.varint((field << 3) | LENGTH_DELIMITED);
    this.varint(value.length);
    for (let i = 0; i < value.length; ++i) this.out.push(value[i]);
  }

  number(field: u32, value: u32): void {
    this.varint((field << 3) | VARINT);
    this.varint(value);
  }

  finish(): Uint8Array {
    const bytes = new Uint8Array(this.out.length);
    for (let i = 0; i < bytes.length; ++i) bytes[i] = this.out[i];
    return bytes;
  }

  private varint(value: u32): void {
    for (; value >= 0x80; value >>= 7) this.out.push(<u8>(value | 0x80));
    this.out.push(<u8>value);
  }
}

/** Reads a message, field by field; it ends where the bytes are no message any more. */
export class MessageReader {
  /** The number of the current field. */
  field: u32 = 0;
  /** The value of the current field, when it is a number. */
  number: u64 = 0;
  private start: i32 = 0;
  private at: i32 = 0;

  constructor(private readonly data: Uint8Array) {}

  /** Goes to the next field. False: there is none. */
  next(): bool {
    if (!this.varint()) return false;
    this.field = <u32>(this.number >> 3);
    const type = (<u32>this.number) & 7;
    if (!this.varint()) return false;
    this.start = this.at;
    if (type == VARINT) return true;
    if (type != LENGTH_DELIMITED || this.number > <u64>(this.data.length - this.at)) return false;
    this.at += <i32>this.number;
    return true;
  }

  text(): string {
    return decodeRange(this.data, this.start, this.at);
  }

  bytes(): Uint8Array {
    return this.data.slice(this.start, this.at);
  }

  private varint(): bool {
    this.number = 0;
    for (let shift = 0; shift < 64 && this.at < this.data.length; shift += 7) {
      const byte = this.data[this.at++];
      this.number |= (<u64>(byte & 0x7f)) << shift;
      if (byte < 0x80) return true;
    }
    return false;
  }
}
