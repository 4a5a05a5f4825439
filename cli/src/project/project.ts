/** A filter project: the folder of a filter.json, and the paths in it. */
import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type FilterManifest, readFilterManifest } from "as-proxy-wasm-sim";
import { CliError } from "../errors.js";

export interface Project {
  readonly folder: string;
  readonly manifestPath: string;
  readonly manifest: FilterManifest;
  /** Where the built module stands, and the entry it is built from. */
  readonly wasm: string;
  readonly entry: string;
  /** Where `build --coverage` puts the module that counts, beside the one that is shipped. */
  readonly coverageWasm: string;
  /** The OCI image layout that `package` makes and `push` sends. */
  readonly layout: string;
}

/** Opens the project in a folder, or the one whose filter.json is named. */
export async function openProject(path = "."): Promise<Project> {
  const folder = resolve(path.endsWith("filter.json") ? join(path, "..") : path);
  const manifestPath = join(folder, "filter.json");
  const found = await stat(manifestPath).catch(() => undefined);
  if (found === undefined) {
    throw new CliError(
      "ERR_FILE",
      `there is no filter.json in ${folder}`,
      "run the command in a filter project, name its folder, or make one with npm create as-proxy-wasm",
    );
  }
  const manifest = await readFilterManifest(manifestPath);
  return {
    folder,
    manifestPath,
    manifest,
    wasm: resolve(folder, manifest.wasm),
    entry: resolve(folder, manifest.entry),
    coverageWasm: resolve(folder, manifest.wasm.replace(/(\.wasm)?$/, ".coverage.wasm")),
    layout: join(folder, "build", "oci"),
  };
}

/** For verbs that run streams through the filter: a singleton sees none. */
export function requireStreams({ manifest }: Project): void {
  if (manifest.kind !== "singleton") return;
  throw new CliError(
    "ERR_MANIFEST",
    `${manifest.name} is "kind": "singleton" (filter.json): it runs beside the streams and sees none of them`,
    "test it in a simulated Envoy with loadFilter, as one of its singletons",
  );
}
