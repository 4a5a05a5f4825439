import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { PluginConfig } from "../envoy/plugin-config.js";
import { SimulatorError } from "../errors.js";
import { readFilterManifest } from "./filter-manifest.js";

export interface LoadFilterOptions {
  /** The path of the module, in place of the one that filter.json names. */
  readonly wasm?: string;
}

/**
 * The plugin of a filter project: its filter.json and its built module, with `overrides` on top. A filter that needs
 * `allow_on_headers_stop_iteration` gets it. Rejects with `ERR_MANIFEST` or, before the first build, `ERR_MODULE_MISSING`.
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
  const wasm = options.wasm ?? path.resolve(path.dirname(file), manifest.wasm);
  const code = await readFile(wasm).catch((cause: NodeJS.ErrnoException) => {
    throw new SimulatorError(
      "ERR_MODULE_MISSING",
      cause.code === "ENOENT" ? `${wasm} does not exist.` : `${wasm} can't be read (${cause.code}).`,
      "Build the filter first: as-proxy-wasm build.",
    );
  });
  return {
    name: manifest.name,
    kind: manifest.kind,
    rootId: manifest.rootId,
    vmConfig: { vmId: "", code, configuration: manifest.vmConfiguration },
    configuration: manifest.configuration,
    allowOnHeadersStopIteration: manifest.allowOnHeadersStopIteration,
    needsAllowOnHeadersStopIteration: manifest.allowOnHeadersStopIteration,
    ...overrides,
  };
}
