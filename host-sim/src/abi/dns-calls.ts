import { Status } from "./enums.js";
import { env, type HostCall } from "./host-function.js";

/** Name lookups, Envoy's own (abi.md 4.6). */
export const dnsCalls = [
  env("envoy_resolve_dns", "iii", (call: HostCall, name: number, size: number, out: number) => {
    const text = call.memory.readString(name, size);
    if (text === null) return Status.InvalidMemoryAccess;
    return call.context.resolveDns(text, (token) => call.memory.writeU32(out, token));
  }),
];
