import { Errno, Status } from "../abi/enums.js";
import type { HostCall, HostFunction } from "../abi/host-function.js";
import type { ByteString } from "../byte-string.js";
import type { PluginConfig } from "./plugin-config.js";

/** What a plugin may use (abi.md 5.18, E.4); null: everything, as with an empty list. */
export function allowedCapabilities({
  capabilityRestrictionConfig,
}: PluginConfig): ReadonlySet<string> | null {
  const names = capabilityRestrictionConfig?.allowedCapabilities ?? [];
  return names.length === 0 ? null : new Set(names);
}

/** Start-up code, memory, Envoy's own `envoy_*` and emscripten's functions are never restricted. */
const alwaysAllowed =
  /^(_initialize|_start|main|__main_void|malloc|proxy_on_memory_allocate|pthread_equal|emscripten_.*|envoy_.*)$/;

export function isRestricted(name: string, allowed: ReadonlySet<string> | null): boolean {
  return allowed !== null && !allowed.has(name) && !alwaysAllowed.test(name);
}

/** What the guest calls instead: it says no, in the words of the interface the function is of. */
export function restrictedCall(row: HostFunction, error: (line: ByteString) => void): HostFunction {
  const [kind, refusal] =
    row.module === "env"
      ? (["proxy-wasm", Status.InternalFailure] as const)
      : (["WASI", Errno.NotCapable] as const);
  return {
    ...row,
    isRestricted: true,
    implementation: (call: HostCall) => {
      call.misused("capability-restricted", row.name);
      error(`Attempted call to restricted ${kind} capability: ${row.name}`);
      return refusal;
    },
  };
}
