/** Where the simulated process takes its time from. */
export interface Clock {
  /** Nanoseconds since the Unix epoch. */
  wallNanoseconds(): bigint;
  /** Nanoseconds since some moment; never goes back. */
  monotonicNanoseconds(): bigint;
}

/** The system's time at this moment, standing still. */
export function standingClock(): Clock {
  const wall = BigInt(Date.now()) * 1_000_000n;
  const monotonic = process.hrtime.bigint();
  return { wallNanoseconds: () => wall, monotonicNanoseconds: () => monotonic };
}

/** Another clock's time and the simulated time on top of it. */
export function simulatedClock(base: Clock, elapsedMs: () => number): Clock {
  const elapsed = () => BigInt(Math.round(elapsedMs() * 1_000_000));
  return {
    wallNanoseconds: () => base.wallNanoseconds() + elapsed(),
    monotonicNanoseconds: () => base.monotonicNanoseconds() + elapsed(),
  };
}
