import type { HostFunction } from "../abi/host-function.js";

/** Which host functions may be called; any other call traps with `restricted_callback` (abi.md 3.2). */
export type AllowedCalls = (row: HostFunction) => boolean;

const notDuringInitialization = new Set([
  "fd_read",
  "fd_seek",
  "fd_close",
  "sched_yield",
  "proc_exit",
  "path_open",
]);

/** While `_initialize`, `_start` or `main` runs. */
export const allowedDuringInitialization: AllowedCalls = ({ module, name }) =>
  module === "env"
    ? name === "proxy_log" || name === "emscripten_notify_memory_growth"
    : !notDuringInitialization.has(name);

const duringAllocation = new Set(["proxy_log", "fd_write", "clock_time_get", "poll_oneoff"]);

/** While the host asks the guest for memory. */
export const allowedDuringAllocation: AllowedCalls = ({ name }) => duringAllocation.has(name);
