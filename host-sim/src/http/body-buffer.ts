/**
 * Bytes on their way through the filters. A buffer with a limit tells its owner when it grows beyond it, as Envoy's
 * watermark buffers do. A buffer may stand for a body that the recording lacks; then it holds no bytes.
 */
export class BodyBuffer {
  #bytes: Uint8Array;
  #missing: MissingBytes | null = null;
  #overLimit = false;

  constructor(
    bytes: Uint8Array = nothing,
    readonly limit = Infinity,
    readonly onOverLimit: () => void = ignore,
  ) {
    this.#bytes = bytes;
  }

  static missing(missing: MissingBytes): BodyBuffer {
    const buffer = new BodyBuffer();
    buffer.#missing = missing;
    return buffer;
  }

  get length(): number {
    return this.#bytes.length;
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** What the recording lacks, when this is such a body. */
  get missingBytes(): MissingBytes | null {
    return this.#missing;
  }

  read(start: number, length: number): Uint8Array {
    return this.#bytes.subarray(start, start + length);
  }

  /** Takes all bytes out of another buffer and appends them. */
  move(from: BodyBuffer): void {
    const bytes = from.#bytes;
    this.#missing ??= from.#missing;
    from.#bytes = nothing;
    from.#missing = null;
    this.#set(joined(this.#bytes, bytes));
  }

  /** Takes all bytes out. */
  takeAll(): Uint8Array {
    const bytes = this.#bytes;
    this.#set(nothing);
    this.#missing = null;
    return bytes;
  }

  append(bytes: Uint8Array): void {
    this.#set(joined(this.#bytes, bytes));
  }

  prepend(bytes: Uint8Array): void {
    this.#set(joined(bytes, this.#bytes));
  }

  /** Drops bytes from the front; more than there are drops all. */
  drain(length: number): void {
    this.#set(this.#bytes.subarray(length));
  }

  #set(bytes: Uint8Array): void {
    this.#bytes = bytes;
    const over = bytes.length > this.limit;
    if (over && !this.#overLimit) {
      this.#overLimit = true;
      this.onOverLimit();
    }
    this.#overLimit = over;
  }
}

const nothing = new Uint8Array();
const ignore = (): void => undefined;

/** Bytes are never changed in place, so that what is whole already need not be copied. */
function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  return second.length === 0 ? first : Buffer.concat([first, second]);
}

/** Why bytes are not there. */
export interface MissingBytes {
  readonly size: number | null;
  readonly reason: string;
}
