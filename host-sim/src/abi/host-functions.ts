import { type EnvoyBehaviour, newestBehaviour } from "../envoy-versions.js";
import { bufferCalls } from "./buffer-calls.js";
import { calloutCalls } from "./callout-calls.js";
import { dnsCalls } from "./dns-calls.js";
import { foreignCalls } from "./foreign-calls.js";
import { headerMapCalls } from "./header-map-calls.js";
import { env, letters, sinceVersion020, type AbiVersion, type HostFunction } from "./host-function.js";
import { logCalls } from "./log-calls.js";
import { metricCalls } from "./metric-calls.js";
import { propertyCalls } from "./property-calls.js";
import { sharedDataCalls } from "./shared-data-calls.js";
import { sharedQueueCalls } from "./shared-queue-calls.js";
import { streamCalls } from "./stream-calls.js";
import { wasiCalls } from "./wasi-calls.js";

const emscriptenCalls: readonly HostFunction[] = [
  env("pthread_equal", "ii", (_call, left: number, right: number) => (left === right ? 1 : 0)),
  {
    module: "env",
    name: "emscripten_notify_memory_growth",
    signature: { params: letters("i"), results: [] },
    versions: ["0.1.0", ...sinceVersion020],
    implementation: () => undefined,
  },
];

/** All functions that Envoy registers, of every ABI version (abi.md, appendix A). */
export const hostFunctions: readonly HostFunction[] = [
  ...logCalls,
  ...streamCalls,
  ...headerMapCalls,
  ...bufferCalls,
  ...metricCalls,
  ...propertyCalls,
  ...sharedDataCalls,
  ...sharedQueueCalls,
  ...foreignCalls,
  ...calloutCalls,
  ...dnsCalls,
  ...emscriptenCalls,
  ...wasiCalls,
];

const byName = new Map(hostFunctions.map((row) => [`${row.module}.${row.name}`, row]));

/** The function that an import of this name resolves to, or null when this ABI version or release does not register it. */
export function findHostFunction(
  module: string,
  name: string,
  version: AbiVersion,
  behaviour: EnvoyBehaviour = newestBehaviour,
): HostFunction | null {
  const row = byName.get(`${module}.${name}`);
  if (row === undefined || !row.versions.includes(version)) return null;
  return row.since === undefined || behaviour.has(row.since) ? row : null;
}
