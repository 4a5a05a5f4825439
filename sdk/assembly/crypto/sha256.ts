// SHA-256 (FIPS 180-4 §6.2) on 32-bit words in raw memory.
//
//   state of one hash, a StaticArray<u32>:   0 ── h[8] ── 8 ── block that is being filled, 16 words ── 24
//   SCHEDULE, static, used only inside `compress`:   w[64]

import { encodeBytes } from "../abi/text";

export const BLOCK_SIZE: i32 = 64;
export const DIGEST_SIZE: i32 = 32;

/** The SHA-256 of `bytes`: 32 bytes. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return new Sha256().update(bytes).digest();
}

/** A SHA-256 that is fed piece by piece, such as a body chunk by chunk. */
export class Sha256 {
  private state: StaticArray<u32> = new StaticArray<u32>(24);
  private size: u64 = 0;

  /** A hash of nothing yet. */
  constructor() {
    this.reset();
  }

  /** Starts again, as if new. */
  reset(): this {
    const state = changetype<usize>(this.state);
    memory.copy(state, INITIAL, 32);
    this.size = 0;
    return this;
  }

  /** Adds bytes. */
  update(bytes: Uint8Array): this {
    this.add(bytes.dataStart, <usize>bytes.length);
    return this;
  }

  /** Adds the octets of a text. */
  updateText(text: string): this {
    return this.update(encodeBytes(text));
  }

  /** The 32 bytes of the hash of all that was added. The object is used up; `reset` makes it new. */
  digest(): Uint8Array {
    const bits = this.size << 3;
    const filled = (<usize>this.size) & 63;
    const block = changetype<usize>(this.state) + 32;
    // `filled` is below 64, so there is room for the bit 1.
    store<u8>(block + filled, 0x80);
    memory.fill(block + filled + 1, 0, 63 - filled);
    if (filled >= 56) {
      compress(changetype<usize>(this.state), block);
      memory.fill(block, 0, 64);
    }
    store<u64>(block + 56, bswap<u64>(bits));
    compress(changetype<usize>(this.state), block);
    const digest = new Uint8Array(DIGEST_SIZE);
    for (let i: usize = 0; i < 32; i += 4)
      store<u32>(digest.dataStart + i, bswap<u32>(load<u32>(changetype<usize>(this.state) + i)));
    return digest;
  }

  /** `data` and `length` are the range of a live Uint8Array. */
  private add(data: usize, length: usize): void {
    const state = changetype<usize>(this.state);
    const block = state + 32;
    const filled = (<usize>this.size) & 63;
    this.size += length;
    if (filled > 0) {
      const taken = min<usize>(64 - filled, length);
      memory.copy(block + filled, data, taken);
      if (filled + taken < 64) return;
      compress(state, block);
      data += taken;
      length -= taken;
    }
    while (length >= 64) {
      compress(state, data);
      data += 64;
      length -= 64;
    }
    memory.copy(block, data, length);
  }
}

const INITIAL = memory.data<u32>([
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
]);

const ROUND = memory.data<u32>([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
]);

const SCHEDULE = memory.data(256, 4);

/** Mixes the 64 bytes at `block` into the eight words at `state`. */
function compress(state: usize, block: usize): void {
  for (let i: usize = 0; i < 64; i += 4) store<u32>(SCHEDULE + i, bswap<u32>(load<u32>(block + i)));
  for (let i: usize = 64; i < 256; i += 4) {
    const old = load<u32>(SCHEDULE + i - 60);
    const recent = load<u32>(SCHEDULE + i - 8);
    const s0 = rotr<u32>(old, 7) ^ rotr<u32>(old, 18) ^ (old >> 3);
    const s1 = rotr<u32>(recent, 17) ^ rotr<u32>(recent, 19) ^ (recent >> 10);
    store<u32>(SCHEDULE + i, load<u32>(SCHEDULE + i - 64) + s0 + load<u32>(SCHEDULE + i - 28) + s1);
  }
  let a = load<u32>(state, 0);
  let b = load<u32>(state, 4);
  let c = load<u32>(state, 8);
  let d = load<u32>(state, 12);
  let e = load<u32>(state, 16);
  let f = load<u32>(state, 20);
  let g = load<u32>(state, 24);
  let h = load<u32>(state, 28);
  for (let i: usize = 0; i < 256; i += 4) {
    const s1 = rotr<u32>(e, 6) ^ rotr<u32>(e, 11) ^ rotr<u32>(e, 25);
    const t1 = h + s1 + ((e & f) ^ (~e & g)) + load<u32>(ROUND + i) + load<u32>(SCHEDULE + i);
    const s0 = rotr<u32>(a, 2) ^ rotr<u32>(a, 13) ^ rotr<u32>(a, 22);
    const t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = d + t1;
    d = c;
    c = b;
    b = a;
    a = t1 + t2;
  }
  store<u32>(state, load<u32>(state, 0) + a, 0);
  store<u32>(state, load<u32>(state, 4) + b, 4);
  store<u32>(state, load<u32>(state, 8) + c, 8);
  store<u32>(state, load<u32>(state, 12) + d, 12);
  store<u32>(state, load<u32>(state, 16) + e, 16);
  store<u32>(state, load<u32>(state, 20) + f, 20);
  store<u32>(state, load<u32>(state, 24) + g, 24);
  store<u32>(state, load<u32>(state, 28) + h, 28);
}
