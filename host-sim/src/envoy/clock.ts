/** Where the simulated process takes its time from. */
export interface Clock {
  /** Nanoseconds since the Unix epoch. */
  wallNanoseconds(): bigint;
  /** Nanoseconds since some moment; never goes back. */
  monotonicNanoseconds(): bigint;
}

export const systemClock: Clock = {
  wallNanoseconds: () => BigInt(Date.now()) * 1_000_000n,
  monotonicNanoseconds: () => process.hrtime.bigint(),
};
