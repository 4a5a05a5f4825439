/** Bytes that are written one behind the other, in memory that doubles when it is full. */
export class GrowingBytes {
  private bytes: Uint8Array = new Uint8Array(64);
  /** How many bytes are written. */
  private size: i32 = 0;

  get length(): i32 {
    return this.size;
  }

  /** The address where to write next, with at least `room` bytes of memory behind it. Unsafe: valid until the next call. */
  reserve(room: i32): usize {
    const needed = this.size + room;
    if (needed > this.bytes.length) {
      const larger = new Uint8Array(max(needed, this.bytes.length << 1));
      memory.copy(larger.dataStart, this.bytes.dataStart, this.size);
      this.bytes = larger;
    }
    return this.bytes.dataStart + this.size;
  }

  /** Says that everything in front of `end`, an address in the memory reserved last, is written. */
  advance(end: usize): void {
    this.size = <i32>(end - this.bytes.dataStart);
  }

  /** Writes one byte. */
  push(byte: u8): void {
    const at = this.reserve(1);
    store<u8>(at, byte);
    ++this.size;
  }

  /** Writes a copy of bytes. */
  append(bytes: Uint8Array): void {
    memory.copy(this.reserve(bytes.length), bytes.dataStart, bytes.length);
    this.size += bytes.length;
  }

  /** What is written; not a copy. */
  written(): Uint8Array {
    return this.bytes.subarray(0, this.size);
  }

  /** Forgets everything from `size` on. */
  cut(size: i32): void {
    if (size < this.size) this.size = size;
  }
}
