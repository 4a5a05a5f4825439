import { stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { loadFilter, type PluginConfig } from "as-proxy-wasm-sim";
import { CliError } from "../errors.js";
import { compileCached } from "./compile-cached.js";

/** A compiled filter and what it was made from. */
export interface CompiledFilter {
  /** The module, in the project's cache; its source map stands beside it. */
  readonly wasm: string;
  /** The filter.json that names and configures it. */
  readonly manifest: string;
  /** Every file that the module was made from: a watcher compiles again when one changes. */
  readonly sources: readonly string[];
}

/**
 * Compiles a filter with the project's own compiler and asconfig.json, or takes what it compiled before from the same sources.
 *
 * ```ts
 * const envoy = await startFilter(await compileFilter("assembly/index.ts"));
 * ```
 *
 * The project is the nearest folder above with a filter.json, and that names and configures the filter. Rejects with `CompileError`
 * and the compiler's messages where the filter does not compile.
 */
export async function compileFilter(entry: string | URL): Promise<PluginConfig> {
  const file = typeof entry === "string" ? entry : fileURLToPath(entry);
  const { manifest, wasm } = await compileEntry(file);
  return loadFilter(manifest, {}, { wasm });
}

export async function compileEntry(entry: string): Promise<CompiledFilter> {
  const file = resolve(entry);
  if (!(await isFile(file)))
    throw new CliError("ERR_FILE", `there is no file ${file}`, "give the path of the filter's entry");
  const folder = await projectOf(file);
  const { wasm, sources } = await compileCached({
    folder,
    entry: file,
    target: "envoy",
    debug: false,
  });
  return { wasm, manifest: join(folder, "filter.json"), sources };
}

async function projectOf(file: string): Promise<string> {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (await isFile(join(folder, "filter.json"))) return folder;
    if (dirname(folder) !== folder) continue;
    throw new CliError(
      "ERR_FILE",
      `there is no filter.json above ${file}`,
      "write one beside the folder of the filter's sources, or make a project with npm create as-proxy-wasm",
    );
  }
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() ?? false;
}
