import type { Random } from "../random.js";

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
