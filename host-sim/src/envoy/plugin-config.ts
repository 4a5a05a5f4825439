import { toBytes, fromText } from "../byte-string.js";
import type { FailurePolicy } from "./failure-policy.js";

/** One configured filter: Envoy's `PluginConfig` message in camelCase. */
export interface PluginConfig {
  readonly name: string;
  /** A filter of HTTP streams or of TCP connections, or what logs HTTP streams at their end. Default `http`. */
  readonly kind?: "http" | "network" | "access-logger";
  readonly rootId: string;
  readonly vmConfig: VmConfig;
  /** What the plugin reads in `proxy_on_configure`; a string is sent as UTF-8. */
  readonly configuration: Configuration | null;
  /** Envoy's option of this name: StopIteration from headers then holds the headers alone (abi.md F.5). */
  readonly allowOnHeadersStopIteration: boolean;
  /** The filter says, in its filter.json, that it cannot work without the option above. */
  readonly needsAllowOnHeadersStopIteration?: boolean;
  /** What new streams get after the plugin's VM has failed (abi.md 11). Default `FAIL_CLOSED`: a 503. */
  readonly failurePolicy?: FailurePolicy;
  /** Envoy's older way to say `FAIL_OPEN`; both together are refused. */
  readonly failOpen?: boolean;
  /** For `FAIL_RELOAD`: the least age of a VM before another one takes its place, which is up to half more. Default 1000 ms. */
  readonly reloadConfig?: { readonly backoff: { readonly baseIntervalMs: number } };
}

export interface VmConfig {
  /** Plugins with equal id, code and configuration share one VM. */
  readonly vmId: string;
  /** The compiled module. */
  readonly code: Uint8Array;
  readonly configuration: Configuration | null;
  readonly environmentVariables?: Readonly<Record<string, string>>;
}

export type Configuration = string | Uint8Array;

export function configurationBytes(configuration: Configuration | null): Uint8Array {
  if (configuration === null) return new Uint8Array();
  return typeof configuration === "string" ? toBytes(fromText(configuration)) : configuration;
}
