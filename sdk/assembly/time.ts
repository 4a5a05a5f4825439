import { wallClock } from "./abi/clock";

/** The wall clock now, in nanoseconds since 1970. Not usable at a module's top level: the host forbids it there. */
export function currentTimeNanoseconds(): u64 {
  return wallClock();
}

/** The wall clock now, in whole milliseconds since 1970. */
export function currentTimeMilliseconds(): u64 {
  return wallClock() / 1_000_000;
}
