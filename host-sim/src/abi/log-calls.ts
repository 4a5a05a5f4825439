import { logLevels, Status } from "./enums.js";
import { env, everyVersion, returnBytes, type HostCall } from "./host-function.js";
import { toBytes } from "../byte-string.js";

/** Logging, time and status (abi.md 5.1). */
export const logCalls = [
  env("proxy_log", "iii", (call: HostCall, level: number, address: number, size: number) => {
    const name = logLevels[level];
    // Envoy looks at the level first: a level of 6 answers 2 even when the message is out of memory.
    if (name === undefined) return Status.BadArgument;
    const message = call.memory.readString(address, size);
    if (message === null) return Status.InvalidMemoryAccess;
    call.context.log(name, message);
    return Status.Ok;
  }),

  env(
    "proxy_get_log_level",
    "i",
    (call: HostCall, out: number) =>
      call.memory.writeU32(out, call.logLevel) ? Status.Ok : Status.InvalidMemoryAccess,
    ["0.2.1"],
  ),

  env(
    "proxy_get_current_time_nanoseconds",
    "i",
    (call: HostCall, out: number) =>
      call.memory.writeU64(out, call.wallClockNanoseconds()) ? Status.Ok : Status.InvalidMemoryAccess,
    everyVersion,
  ),

  env("proxy_get_status", "iii", (call: HostCall, codeOut: number, addressOut: number, sizeOut: number) => {
    const { code, message } = call.context.lastStatus();
    if (!call.memory.writeU32(codeOut, code)) return Status.InvalidMemoryAccess;
    return returnBytes(call, toBytes(message), addressOut, sizeOut);
  }),
];
