import { expect, it } from "vitest";
import { instantiate } from "./compile.js";
import { seededRandom } from "./seeded-random.js";

const guest = await instantiate(`
  import { TokenBucket } from "as-proxy-wasm-sdk/token-bucket";

  let bucket = new TokenBucket(0, 0);
  export function make(rate: f64, burst: f64): void { bucket = new TokenBucket(rate, burst); }
  export function take(milliseconds: f64, count: f64): bool { return bucket.take(<u64>(milliseconds * 1e6), count); }
  export function available(milliseconds: f64): f64 { return bucket.available(<u64>(milliseconds * 1e6)); }
  /** -1: never. */
  export function wait(milliseconds: f64, count: f64): f64 {
    const nanoseconds = bucket.wait(<u64>(milliseconds * 1e6), count);
    return nanoseconds == u64.MAX_VALUE ? -1 : <f64>nanoseconds / 1e6;
  }
  export function save(): Uint8Array { return bucket.save(); }
  export function load(state: Uint8Array): bool { return bucket.load(state); }
`);

const make = (rate: number, burst: number): void => void guest["make"]!(rate, burst);
const take = (at: number, count = 1): boolean => guest["take"]!(at, count) === 1;

it("lets a burst pass and then the rate", () => {
  make(10, 3);
  expect([1000, 1000, 1000, 1000].map((at) => take(at))).toEqual([true, true, true, false]);
  expect(guest["wait"]!(1000, 1)).toBe(100);
  expect([1099, 1100, 1101].map((at) => take(at))).toEqual([false, true, false]);
  expect(guest["available"]!(9_000_000)).toBe(3);
});

it("takes several tokens or none", () => {
  make(1, 5);
  expect(take(0, 6)).toBe(false);
  expect(take(0, 5)).toBe(true);
  expect(guest["wait"]!(0, 5)).toBe(5000);
  expect(guest["wait"]!(0, 6)).toBe(-1);
});

it("does not go back in time and does not give what is no number", () => {
  make(10, 1);
  expect(take(5000)).toBe(true);
  expect(take(1000)).toBe(false);
  expect(take(5100)).toBe(true);
  for (const count of [NaN, -1, Infinity]) expect(take(9000, count)).toBe(false);
  for (const odd of [NaN, -1, 0]) {
    make(odd, odd);
    expect(take(9000)).toBe(false);
    expect(guest["wait"]!(9000, 1)).toBe(-1);
  }
});

it("goes on from a saved state", () => {
  make(10, 3);
  take(1000, 3);
  const state = guest.__getUint8Array(guest["save"]!());
  expect(state.length).toBe(16);
  make(10, 3);
  expect(guest["load"]!(guest.newBytes(state))).toBe(1);
  expect([take(1000), take(1100)]).toEqual([false, true]);
  for (const junk of [Buffer.alloc(15), Buffer.alloc(17), Buffer.alloc(16, 0xff)])
    expect(guest["load"]!(guest.newBytes(junk))).toBe(0);
});

it("never lets more pass than rate and burst allow", () => {
  const random = seededRandom("token-bucket");
  for (let round = 0; round < 200; round++) {
    const rate = 1 + random(100);
    const burst = 1 + random(20);
    make(rate, burst);
    let passed = 0;
    let milliseconds = 1000;
    for (let i = 0; i < 500; i++) {
      milliseconds += random(5);
      if (take(milliseconds)) passed++;
    }
    const allowed = burst + ((milliseconds - 1000) / 1000) * rate;
    expect(passed).toBeLessThanOrEqual(Math.floor(allowed + 1e-6));
  }
});
