import type { PluginConfig } from "./plugin-config.js";
import type { SeededRandom } from "./random.js";

/** What becomes of new streams after a plugin's VM has failed: they get a 503, pass it by, or get a new VM (abi.md 11). */
export type FailurePolicy = "FAIL_CLOSED" | "FAIL_OPEN" | "FAIL_RELOAD";

export function failurePolicy(plugin: PluginConfig): FailurePolicy {
  return plugin.failurePolicy ?? (plugin.failOpen === true ? "FAIL_OPEN" : "FAIL_CLOSED");
}

const defaultBaseIntervalMs = 1000;

/** How old a VM has to be before a new one takes its place: once to one and a half times the base (abi.md E.5). */
export function reloadBackoffMs({ reloadConfig }: PluginConfig, random: SeededRandom): number {
  const base = reloadConfig?.backoff.baseIntervalMs ?? defaultBaseIntervalMs;
  return base + random.below(Math.max(Math.floor(base / 2), 1));
}

/** What Envoy says about a plugin whose options contradict each other; null when they do not. */
export function policyProblem({
  name,
  failOpen,
  failurePolicy: policy,
  reloadConfig,
}: PluginConfig): string | null {
  if (failOpen === true && policy !== undefined)
    return `plugin "${name}": only one of failOpen and failurePolicy can be set`;
  const base = reloadConfig?.backoff.baseIntervalMs ?? defaultBaseIntervalMs;
  // Envoy's protobuf validation wants at least a millisecond.
  if (!(base >= 1)) return `plugin "${name}": reloadConfig.backoff.baseIntervalMs is ${base}, less than 1`;
  return null;
}
