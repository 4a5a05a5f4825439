/** A stream of numbers that is the same for the same seed (xorshift32*): whatever is random in the process comes from here. */
export class SeededRandom {
  #state: number;

  constructor(seed: number) {
    // Any seed but the one that would stay 0 for ever.
    this.#state = (Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995) >>> 0 || 1;
  }

  /** An integer from 0 to `limit - 1`. */
  below(limit: number): number {
    return Math.floor((this.#next() / 2 ** 32) * limit);
  }

  fill(bytes: Uint8Array): Uint8Array {
    for (let index = 0; index < bytes.length; index++) bytes[index] = this.#next() >>> 24;
    return bytes;
  }

  #next(): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state >>> 0;
    return Math.imul(this.#state, 0x2545f491) >>> 0;
  }
}
