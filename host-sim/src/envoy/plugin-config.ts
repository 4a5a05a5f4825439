import { fromJson, toBinary, type JsonObject } from "@bufbuild/protobuf";
import { StructSchema } from "@bufbuild/protobuf/wkt";
import { toBytes, fromText } from "../byte-string.js";
import { policyProblem, type FailurePolicy } from "./failure-policy.js";

/** One configured filter: Envoy's `PluginConfig` message in camelCase. */
export interface PluginConfig {
  readonly name: string;
  /** A filter of HTTP streams or of TCP connections, or what logs HTTP streams at their end. Default `http`. */
  readonly kind?: "http" | "network" | "access-logger";
  /**
   * Envoy's `config_discovery` of an HTTP filter: its configuration comes by itself, under the plugin's name (ECDS).
   * One that is refused does not keep Envoy from starting, and `updateExtension` sends another.
   */
  readonly configDiscovery?: boolean;
  readonly rootId: string;
  readonly vmConfig: VmConfig;
  /** What the plugin reads in `proxy_on_configure`; a string is sent as UTF-8. */
  readonly configuration: Configuration | null;
  /** Envoy's option of this name: StopIteration from headers then holds the headers alone (abi.md F.5). */
  readonly allowOnHeadersStopIteration: boolean;
  /** The filter says, in its filter.json, that it cannot work without the option above. */
  readonly needsAllowOnHeadersStopIteration?: boolean;
  /** Host functions and callbacks that the plugin may use, by name; none: all of them (abi.md 5.18). */
  readonly capabilityRestrictionConfig?: { readonly allowedCapabilities: readonly string[] };
  /** What new streams get after the plugin's VM has failed (abi.md 11). Default `FAIL_CLOSED`: a 503. */
  readonly failurePolicy?: FailurePolicy;
  /** Envoy's older way to say `FAIL_OPEN`; both together are refused. */
  readonly failOpen?: boolean;
  /** For `FAIL_RELOAD`: the least age of a VM before another one takes its place, which is up to half more. Default 1000 ms. */
  readonly reloadConfig?: { readonly backoff: { readonly baseIntervalMs: number } };
}

export interface VmConfig {
  /** Plugins with equal id, code, configuration, environment and capabilities share one VM. */
  readonly vmId: string;
  /** The compiled module. Its bytes must not change once they are given: equal ones are compiled once for all processes. */
  readonly code: Uint8Array;
  /** The source map of `code`, as text. Default: the one that the module has in itself, if any. */
  readonly sourceMap?: string;
  /** The folder that the files of source map and coverage are relative to. Default: the working directory. */
  readonly sourceRoot?: string;
  readonly configuration: Configuration | null;
  /** What the guest finds in its environment; nothing else is there. */
  readonly environmentVariables?: Readonly<Record<string, string>>;
}

/** Text goes as StringValue, octets as BytesValue; both arrive as they are. A Struct arrives as protobuf, not as JSON (abi.md 5.2). */
export type Configuration = string | Uint8Array | { readonly struct: JsonObject };

/** What makes a plugin none; null: nothing. */
export function pluginProblem(plugin: PluginConfig): string | null {
  if (plugin.configDiscovery === true && (plugin.kind ?? "http") !== "http")
    return `plugin "${plugin.name}": configDiscovery is for HTTP filters`;
  return policyProblem(plugin);
}

/** What the plugin reads. */
export function configurationBytes(configuration: Configuration | null): Uint8Array {
  if (configuration === null) return new Uint8Array();
  if (typeof configuration === "string") return toBytes(fromText(configuration));
  if (configuration instanceof Uint8Array) return configuration;
  return toBinary(StructSchema, fromJson(StructSchema, configuration.struct));
}
