/** A smaller input that still fails: parts are cut out, and bytes are made plain, as long as that goes on. */
export function shrink(input: Buffer, fails: (input: Buffer) => boolean): Buffer {
  let smallest = input;
  let attempts = 3_000;
  const attempt = (candidate: Buffer): boolean => {
    if (attempts-- <= 0 || !fails(candidate)) return false;
    smallest = candidate;
    return true;
  };
  for (let cut = Math.ceil(smallest.length / 2); cut >= 1; cut = Math.floor(cut / 2)) {
    for (let at = 0; at + cut <= smallest.length;) {
      if (!attempt(Buffer.concat([smallest.subarray(0, at), smallest.subarray(at + cut)]))) at += cut;
    }
  }
  for (let at = 0; at < smallest.length; at++) {
    for (const plain of [0x30, 0x61]) {
      if (smallest[at] === plain || smallest[at] === 0x30) continue;
      const candidate = Buffer.from(smallest);
      candidate[at] = plain;
      if (attempt(candidate)) break;
    }
  }
  return smallest;
}
