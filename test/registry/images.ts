import { cp, mkdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { repository } from "../lab/index.js";
import { asProxyWasmJson } from "./clients/as-proxy-wasm.js";

/** The layouts that `package` makes, and whether Istio's fetcher loads them. */
export const layouts = [
  { name: "compat", inIstio: true },
  { name: "oci", inIstio: true },
  { name: "cncf", inIstio: false },
] as const;

export type LayoutName = (typeof layouts)[number]["name"];

/** One filter, packaged in one of the layouts: what every image of the tests is made from. */
export interface PackagedFilter {
  readonly layout: LayoutName;
  readonly inIstio: boolean;
  /** A filter project with `build/oci`. */
  readonly project: string;
  /** `build/oci`, in which the tag is `v1`. */
  readonly folder: string;
  readonly manifestDigest: string;
  readonly wasmFile: string;
  readonly wasm: Buffer;
}

const example = join(repository, "examples", "header-transform");

/** Compiles the example; gives its module's file. */
export async function buildExample(): Promise<string> {
  const { wasm } = await asProxyWasmJson<{ wasm: string }>(["build"], { cwd: example });
  return resolve(example, wasm);
}

/** A project of its own for each layout, so that `build/oci` is there in all of them at once. */
export async function packageFilter(
  wasmFile: string,
  { name: layout, inIstio }: (typeof layouts)[number],
  parent: string,
): Promise<PackagedFilter> {
  const project = join(parent, layout);
  await mkdir(join(project, "build"), { recursive: true });
  for (const file of ["filter.json", "package.json"]) await cp(join(example, file), join(project, file));
  await cp(wasmFile, join(project, "build", "header-transform.wasm"));
  const packaged = await asProxyWasmJson<{ layout: string; manifestDigest: string }>([
    "package",
    project,
    "--tag",
    "v1",
    "--layout",
    layout,
  ]);
  return {
    layout,
    inIstio,
    project,
    folder: packaged.layout,
    manifestDigest: packaged.manifestDigest,
    wasmFile,
    wasm: await readFile(wasmFile),
  };
}
