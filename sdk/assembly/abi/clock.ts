// Clocks (abi.md 5.1, 5.17).

import { proxy_get_current_time_nanoseconds } from "./env";
import * as result from "./result";
import { Status } from "./status";
import { clock_time_get } from "./wasi_snapshot_preview1";

const MONOTONIC: u32 = 1;

/** The wall clock, in nanoseconds since 1970; 0 where the host forbids asking. */
export function wallClock(): u64 {
  return proxy_get_current_time_nanoseconds(result.word) == Status.Ok ? result.longNumber() : 0;
}

/** A clock that only goes forward, in nanoseconds since some moment. */
export function monotonicClock(): u64 {
  return clock_time_get(MONOTONIC, 0, result.word) == 0 ? result.longNumber() : wallClock();
}
