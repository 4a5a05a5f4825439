/** A smaller input that still fails: parts are cut out, and bytes are made plain, as long as that goes on. */
export async function shrinkBytes(
  input: Uint8Array,
  fails: (input: Buffer) => boolean | Promise<boolean>,
  mostAttempts = 3_000,
): Promise<Buffer> {
  let smallest: Buffer = Buffer.from(input);
  let attempts = mostAttempts;
  const attempt = async (candidate: Buffer): Promise<boolean> => {
    if (attempts-- <= 0 || !(await fails(candidate))) return false;
    smallest = candidate;
    return true;
  };
  for (let cut = Math.ceil(smallest.length / 2); cut >= 1; cut = Math.floor(cut / 2)) {
    for (let at = 0; at + cut <= smallest.length;) {
      if (!(await attempt(Buffer.concat([smallest.subarray(0, at), smallest.subarray(at + cut)])))) at += cut;
    }
  }
  for (let at = 0; at < smallest.length; at++) {
    for (const plain of [0x30, 0x61]) {
      if (smallest[at] === plain || smallest[at] === 0x30) continue;
      const candidate = Buffer.from(smallest);
      candidate[at] = plain;
      if (await attempt(candidate)) break;
    }
  }
  return smallest;
}
