import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { PluginConfig } from "../envoy/plugin-config.js";
import { SimulatorError } from "../errors.js";
import { type EnvironmentVariables, readFilterManifest } from "./filter-manifest.js";

export interface LoadFilterOptions {
  /** The path of the module, in place of the one that filter.json names. */
  readonly wasm?: string;
  /** Take the module that `as-proxy-wasm build --coverage` made, which counts what runs. Default false. */
  readonly coverage?: boolean;
}

/**
 * The plugin of a filter project: its filter.json and its built module with the source map beside it, with `overrides` on top. A filter
 * that needs `allow_on_headers_stop_iteration` gets it. Rejects with `ERR_MANIFEST` or, before the first build,
 * `ERR_MODULE_MISSING`.
 */
export async function loadFilter(
  manifestPath: string | URL,
  overrides: Partial<PluginConfig> = {},
  options: LoadFilterOptions = {},
): Promise<PluginConfig> {
  const file = typeof manifestPath === "string" ? manifestPath : fileURLToPath(manifestPath);
  const manifest = await readFilterManifest(file);
  if (manifest.target !== "envoy") {
    throw new SimulatorError(
      "ERR_MANIFEST",
      `${file}: "target" is ${manifest.target}, and the simulator is an Envoy.`,
      'Test the filter with "target": "envoy"; what compiles for MOSN compiles for Envoy too.',
    );
  }
  const folder = path.resolve(path.dirname(file));
  const counted =
    options.coverage === true ? manifest.wasm.replace(/(\.wasm)?$/, ".coverage.wasm") : manifest.wasm;
  const wasm = options.wasm ?? path.join(folder, counted);
  const code = await readFile(wasm).catch((cause: NodeJS.ErrnoException) => {
    throw new SimulatorError(
      "ERR_MODULE_MISSING",
      cause.code === "ENOENT" ? `${wasm} does not exist.` : `${wasm} can't be read (${cause.code}).`,
      `Build the filter first: as-proxy-wasm build${options.coverage === true ? " --coverage" : ""}.`,
    );
  });
  const sourceMap = await readFile(`${wasm}.map`, "utf8").catch(() => null);
  return {
    name: manifest.name,
    // A singleton has no kind of its own: what makes it one is its place in `singletons`.
    ...(manifest.kind === "singleton" ? {} : { kind: manifest.kind }),
    rootId: manifest.rootId,
    vmConfig: {
      vmId: manifest.vmId,
      code,
      configuration: manifest.vmConfiguration,
      sourceRoot: folder,
      ...(sourceMap === null ? {} : { sourceMap }),
      ...environmentOf(manifest.environmentVariables),
    },
    configuration: manifest.configuration,
    allowOnHeadersStopIteration: manifest.allowOnHeadersStopIteration,
    needsAllowOnHeadersStopIteration: manifest.allowOnHeadersStopIteration,
    // Left out where it is Envoy's own default, so that \`failOpen\` can be an override.
    ...(manifest.failurePolicy === "FAIL_CLOSED" ? {} : { failurePolicy: manifest.failurePolicy }),
    ...(manifest.reloadConfig === null ? {} : { reloadConfig: manifest.reloadConfig }),
    ...(manifest.capabilityRestrictionConfig === null
      ? {}
      : { capabilityRestrictionConfig: manifest.capabilityRestrictionConfig }),
    ...overrides,
  };
}

/** The simulator's process stands for Envoy's: its environment gives what `hostEnvKeys` names. */
function environmentOf({
  keyValues,
  hostEnvKeys,
}: EnvironmentVariables): Pick<PluginConfig["vmConfig"], "environmentVariables"> {
  const fromHost = hostEnvKeys.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const environmentVariables = { ...keyValues, ...Object.fromEntries(fromHost) };
  return Object.keys(environmentVariables).length === 0 ? {} : { environmentVariables };
}
