/** A small fast generator (xorshift32), the same for the same seed. */
export class Random {
  private state: number;

  constructor(seed: number) {
    // Neighbouring seeds should not begin alike, and 0 would stay 0.
    this.state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 1;
    for (let i = 0; i < 4; i++) this.next();
  }

  /** A whole number from 0 to `below` - 1. */
  below(below: number): number {
    return Math.floor((this.next() / 2 ** 32) * below);
  }

  /** True once in `times`. */
  oneIn(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }

  /** Up to `most` pieces, joined. */
  join(pieces: readonly string[], most: number): string {
    let text = "";
    for (let i = this.below(most + 1); i > 0; i--) text += this.pick(pieces);
    return text;
  }

  bytes(most: number): Buffer {
    const bytes = Buffer.allocUnsafe(this.below(most + 1));
    for (let i = 0; i < bytes.length; i++) bytes[i] = this.next() >>> 24;
    return bytes;
  }

  private next(): number {
    let state = this.state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.state = state;
    return state >>> 0;
  }
}

/** Damages an input as a careless or malicious sender would: bits, bytes, cuts, repeats, and splices of `dictionary`. */
export function mutate(random: Random, input: Buffer, dictionary: readonly string[]): Buffer {
  let bytes = input;
  for (let rounds = 1 + random.below(3); rounds > 0; rounds--) {
    const at = random.below(bytes.length + 1);
    const end = Math.min(bytes.length, at + random.below(8));
    const before = bytes.subarray(0, at);
    switch (random.below(6)) {
      case 0:
        if (at < bytes.length) {
          bytes = Buffer.from(bytes);
          bytes[at]! ^= 1 << random.below(8);
        }
        break;
      case 1:
        bytes = Buffer.concat([before, bytes.subarray(end)]);
        break;
      case 2:
        bytes = Buffer.concat([before, random.bytes(3), bytes.subarray(at)]);
        break;
      case 3:
        bytes = Buffer.concat([before, bytes.subarray(at, end), bytes.subarray(at)]);
        break;
      case 4:
        bytes = Buffer.from(before);
        break;
      default:
        bytes = Buffer.concat([before, Buffer.from(random.pick(dictionary)), bytes.subarray(at)]);
    }
  }
  return bytes;
}
