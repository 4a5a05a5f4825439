import { proxy_get_current_time_nanoseconds } from "./abi/env";
import * as result from "./abi/result";
import { Status } from "./abi/status";

/** The wall clock now, in nanoseconds since 1970. Not usable at a module's top level: the host forbids it there. */
export function currentTimeNanoseconds(): u64 {
  return proxy_get_current_time_nanoseconds(result.word) == Status.Ok ? result.longNumber() : 0;
}

/** The wall clock now, in whole milliseconds since 1970. */
export function currentTimeMilliseconds(): u64 {
  return currentTimeNanoseconds() / 1_000_000;
}
