/** Where the simulated process takes its time from. */
export interface Clock {
  /** Nanoseconds since the Unix epoch. */
  wallNanoseconds(): bigint;
  /** Nanoseconds since some moment; never goes back. */
  monotonicNanoseconds(): bigint;
}

/** The first moment of 2026, in milliseconds since the Unix epoch. */
export const standingSince = Date.UTC(2026, 0, 1);

const standingNanoseconds = BigInt(standingSince) * 1_000_000n;

/** That moment, standing still: two runs of the same recording differ in nothing. */
export const standingClock: Clock = {
  wallNanoseconds: () => standingNanoseconds,
  monotonicNanoseconds: () => 1_000_000_000_000n,
};

/** Another clock's time and the simulated time on top of it. */
export function simulatedClock(base: Clock, elapsedMs: () => number): Clock {
  let at = 0;
  let nanoseconds = 0n;
  // Time stands still most of the time.
  const elapsed = (): bigint => {
    const now = elapsedMs();
    if (now !== at) {
      at = now;
      nanoseconds = BigInt(Math.round(now * 1_000_000));
    }
    return nanoseconds;
  };
  return {
    wallNanoseconds: () => base.wallNanoseconds() + elapsed(),
    monotonicNanoseconds: () => base.monotonicNanoseconds() + elapsed(),
  };
}
