/** Runs the AssemblyScript compiler that the project installed, in memory: nothing is written here. */
import { readFile, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { separateDebugInformation } from "as-proxy-wasm-sim";
import { CliError } from "../errors.js";
import { FunctionFinder, type NodeKinds } from "./function-finder.js";

export interface CompileOptions {
  /** The folder with asconfig.json and node_modules; packages resolve from here. */
  readonly folder: string;
  readonly entry: string;
  /** Where the module will stand; its source map will be beside it. */
  readonly wasm: string;
  /** Names and the place of the map in the module, and no optimisation. */
  readonly debug: boolean;
  /** Counts what runs, for tests. */
  readonly coverage?: boolean;
  /** The host it is for. */
  readonly target: "envoy" | "mosn";
  readonly colour: boolean;
  /** Told of every file that the compiler looks for; null: there is none. */
  readonly onRead?: (file: string, text: string | null) => void;
}

export type Compilation =
  | {
      readonly kind: "compiled";
      readonly wasm: Uint8Array;
      readonly sourceMap: string;
      readonly warnings: string;
    }
  /** What asc printed: messages with their code frames. */
  | { readonly kind: "refused"; readonly diagnostics: string };

type Asc = typeof import("assemblyscript/asc");
type Transform = NonNullable<NonNullable<Parameters<Asc["main"]>[1]>["transforms"]>[number];

export async function compile(options: CompileOptions): Promise<Compilation> {
  await requireConfig(options.folder);
  const asc = await loadCompiler(options.folder);
  const fileName = basename(options.wasm);
  const functions = new FunctionFinder(await loadNodeKinds(options.folder));
  const transforms = options.coverage === true ? [await loadCoverage(options.folder)] : [];
  const files = new Map<string, Uint8Array | string>();
  const printed: string[] = [];
  const sink = { write: (text: string) => void printed.push(text) };
  const { error } = await asc.main(
    [
      relative(options.folder, options.entry),
      ...["--config", "asconfig.json"],
      ...["--baseDir", options.folder],
      ...["--outFile", fileName],
      ...["--debug", "--sourceMap"],
      ...(options.debug ? ["--optimizeLevel", "0", "--shrinkLevel", "0"] : []),
      // The SDK's transform takes it from here (docs/decisions/0002).
      ...(options.target === "envoy" ? [] : ["--use", `AS_PROXY_WASM_TARGET=${options.target}`]),
      ...(options.colour ? [] : ["--noColors"]),
    ],
    {
      // First: it looks at what the author wrote. The compiler asks for the hooks alone, its types for more.
      transforms: [functions as unknown as Transform, ...transforms],
      stdout: sink,
      stderr: sink,
      readFile: async (name, baseDir) => {
        const file = resolve(baseDir, name);
        const text = await readFile(file, "utf8").catch(() => null);
        options.onRead?.(file, text);
        return text;
      },
      writeFile: (name, contents) => void files.set(name, contents),
    },
  );
  const text = printed.join("").trimEnd();
  const wasm = files.get(fileName);
  const map = files.get(`${fileName}.map`);
  if (error !== null || !(wasm instanceof Uint8Array) || map === undefined) {
    return { kind: "refused", diagnostics: text === "" ? (error?.message ?? "asc wrote no module") : text };
  }
  // Relative, so that the map is the same wherever the project stands.
  const sourceRoot = relative(dirname(resolve(options.folder, options.wasm)), options.folder).replaceAll(
    "\\",
    "/",
  );
  const release = separateDebugInformation(wasm, String(map), sourceRoot, functions.found);
  return {
    kind: "compiled",
    wasm: options.debug ? wasm : release.wasm,
    sourceMap: release.sourceMap,
    warnings: text,
  };
}

async function requireConfig(folder: string): Promise<void> {
  const found = await stat(join(folder, "asconfig.json")).catch(() => undefined);
  if (found?.isFile()) return;
  throw new CliError(
    "ERR_PROJECT",
    `there is no asconfig.json in ${folder}`,
    'write one with { "extends": "as-proxy-wasm-sdk/asconfig.json" } in it',
  );
}

/** The transform that counts, of the SDK that the project installed. */
async function loadCoverage(folder: string): Promise<Transform> {
  const name = "as-proxy-wasm-sdk/coverage";
  const path = resolveIn(folder, name);
  if (path === null) {
    throw new CliError(
      "ERR_PROJECT",
      `${name} is not installed in ${folder}`,
      "run npm install as-proxy-wasm-sdk there: coverage is counted by a part of the SDK",
    );
  }
  return ((await import(pathToFileURL(path).href)) as { default: Transform }).default;
}

function resolveIn(folder: string, name: string): string | null {
  try {
    return createRequire(join(folder, "package.json")).resolve(name);
  } catch {
    return null;
  }
}

/** What the nodes of its syntax trees are. */
async function loadNodeKinds(folder: string): Promise<NodeKinds> {
  const path = resolveIn(folder, "assemblyscript/dist/assemblyscript.js");
  if (path === null) throw new Error("the compiler is not whole");
  return ((await import(pathToFileURL(path).href)) as { readonly NodeKind: NodeKinds }).NodeKind;
}

/** The project's own compiler, so that its version is the one in the project's package.json. */
async function loadCompiler(folder: string): Promise<Asc> {
  const path = resolveIn(folder, "assemblyscript/dist/asc.js");
  if (path === null) {
    throw new CliError(
      "ERR_PROJECT",
      `the compiler is not installed in ${folder}`,
      "run npm install there; assemblyscript belongs to its devDependencies",
    );
  }
  return (await import(pathToFileURL(path).href)) as Asc;
}
