/** A cursor over the bytes of a wasm module. Every read checks its bounds; nothing here trusts a length it reads. */
export class WasmReader {
  #offset: number;

  constructor(
    readonly bytes: Uint8Array,
    start = 0,
    readonly end = bytes.length,
  ) {
    this.#offset = start;
  }

  get offset(): number {
    return this.#offset;
  }

  get done(): boolean {
    return this.#offset >= this.end;
  }

  byte(): number {
    const value = this.#offset < this.end ? this.bytes[this.#offset] : undefined;
    if (value === undefined) throw new WasmFormatError("unexpected end", this.#offset);
    this.#offset += 1;
    return value;
  }

  /** An unsigned LEB128 of at most 32 bits. */
  u32(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if ((byte & 0x80) === 0) {
        if (value > 0xffffffff) break;
        return value;
      }
    }
    throw new WasmFormatError("number too large", this.#offset);
  }

  /** Skips a LEB128 of up to 64 bits. */
  skipLeb(): void {
    for (let length = 0; length < 10; length++) if ((this.byte() & 0x80) === 0) return;
    throw new WasmFormatError("number too large", this.#offset);
  }

  /** A reader over the next `size` bytes, which this one skips. */
  slice(size: number): WasmReader {
    const start = this.#offset;
    if (size > this.end - start) throw new WasmFormatError("length beyond the end", start);
    this.#offset = start + size;
    return new WasmReader(this.bytes, start, start + size);
  }

  name(): string {
    const inner = this.slice(this.u32());
    return Buffer.from(
      this.bytes.buffer,
      this.bytes.byteOffset + inner.offset,
      inner.end - inner.offset,
    ).toString("utf8");
  }
}

/** The bytes are not a well-formed module. */
export class WasmFormatError extends Error {
  constructor(reason: string, offset: number) {
    super(`${reason} at byte ${offset}`);
    this.name = "WasmFormatError";
  }
}
