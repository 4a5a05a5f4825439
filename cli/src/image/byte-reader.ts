/** Reads a stream of bytes by count, up to a limit on the whole. */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #maxBytes: number;
  #chunk: Uint8Array = new Uint8Array(0);
  #ended = false;
  #position = 0;

  constructor(source: AsyncIterable<Uint8Array>, maxBytes: number) {
    this.#source = source[Symbol.asyncIterator]();
    this.#maxBytes = maxBytes;
  }

  /** How many bytes were taken or skipped. */
  get position(): number {
    return this.#position;
  }

  /** Whether all was read, to the last byte. */
  get ended(): boolean {
    return this.#ended && this.#chunk.byteLength === 0;
  }

  /** The next bytes; undefined when the source has fewer, which then stay. Throws TooLarge beyond the limit. */
  async take(count: number): Promise<Buffer | undefined> {
    const pieces: Uint8Array[] = [];
    // Collected as they come: a count from outside may be far more than there is.
    const complete = await this.#pass(count, (piece) => pieces.push(piece));
    const bytes = Buffer.concat(pieces);
    if (complete) return bytes;
    this.#chunk = bytes;
    this.#position -= bytes.byteLength;
    return undefined;
  }

  /** False when the source has fewer bytes. Throws TooLarge beyond the limit. */
  async skip(count: number): Promise<boolean> {
    return this.#pass(count, () => undefined);
  }

  /** Lets go of the source. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  async #pass(count: number, onPiece: (piece: Uint8Array) => void): Promise<boolean> {
    // Before a byte of it is kept: what claims to be too large is not collected up to the limit first.
    if (this.#position + count > this.#maxBytes) throw new TooLarge();
    for (let left = count; left > 0;) {
      if (this.#chunk.byteLength === 0 && !(await this.#next())) return false;
      const piece = this.#chunk.subarray(0, left);
      this.#chunk = this.#chunk.subarray(piece.byteLength);
      this.#position += piece.byteLength;
      left -= piece.byteLength;
      onPiece(piece);
    }
    return true;
  }

  async #next(): Promise<boolean> {
    if (this.#ended) return false;
    const { value, done } = await this.#source.next();
    if (done === true) this.#ended = true;
    else this.#chunk = value;
    return !this.#ended;
  }
}

/** The source has more than the limit allows to read. */
export class TooLarge extends Error {}
