/** What a filter.json may ask of a surface; each surface says which of it it cannot give (`Surface.limits`). */
import type { FilterManifest } from "as-proxy-wasm-sim";

/** In words, as an object behind "it has"; undefined when the filter does not need it. */
export type Need = (filter: FilterManifest) => string | undefined;

export const needs = {
  networkFilter: (filter) => (filter.kind === "network" ? '"kind": "network"' : undefined),
  accessLogger: (filter) => (filter.kind === "access-logger" ? '"kind": "access-logger"' : undefined),
  singleton: (filter) => (filter.kind === "singleton" ? '"kind": "singleton"' : undefined),
  allowOnHeadersStopIteration: (filter) =>
    filter.allowOnHeadersStopIteration ? '"allowOnHeadersStopIteration": true' : undefined,
  failReload: (filter) =>
    filter.failurePolicy === "FAIL_RELOAD" ? '"failurePolicy": "FAIL_RELOAD"' : undefined,
  reloadConfig: (filter) => (filter.reloadConfig === null ? undefined : 'a "reloadConfig"'),
  capabilityRestriction: (filter) =>
    filter.capabilityRestrictionConfig === null ? undefined : 'a "capabilityRestrictionConfig"',
  vmId: (filter) => (filter.vmId === "" ? undefined : `"vmId": "${filter.vmId}"`),
  vmConfiguration: (filter) => (filter.vmConfiguration === null ? undefined : 'a "vmConfiguration"'),
  inlineEnvironment: (filter) =>
    Object.keys(filter.environmentVariables.keyValues).length === 0
      ? undefined
      : '"environmentVariables.keyValues"',
  textConfiguration: ({ configuration }) =>
    configuration === null || parseJson(configuration) !== undefined
      ? undefined
      : 'a "configuration" that is no JSON',
  listConfiguration: ({ configuration }) => {
    const value = configuration === null ? {} : parseJson(configuration);
    return value === undefined || isObject(value) ? undefined : 'a "configuration" that is no JSON object';
  },
  emptyConfiguration: ({ configuration }) => {
    const value = configuration === null ? undefined : parseJson(configuration);
    return isObject(value) && Object.keys(value).length === 0 ? 'an empty "configuration"' : undefined;
  },
} as const satisfies Readonly<Record<string, Need>>;

export type NeedName = keyof typeof needs;

/** The value of a text that is JSON; undefined for any other text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
