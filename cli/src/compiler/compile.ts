/** Runs the AssemblyScript compiler that the project installed, in memory: nothing is written here. */
import { readFile, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { CliError } from "../errors.js";

export interface CompileOptions {
  /** The folder with asconfig.json and node_modules; packages resolve from here. */
  readonly folder: string;
  readonly entry: string;
  /** The module's file name, which its source map refers to. */
  readonly fileName: string;
  /** Names, source map, and no optimisation. */
  readonly debug: boolean;
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
      readonly sourceMap: string | null;
      readonly warnings: string;
    }
  /** What asc printed: messages with their code frames. */
  | { readonly kind: "refused"; readonly diagnostics: string };

type Asc = typeof import("assemblyscript/asc");

export async function compile(options: CompileOptions): Promise<Compilation> {
  await requireConfig(options.folder);
  const asc = await loadCompiler(options.folder);
  const files = new Map<string, Uint8Array | string>();
  const printed: string[] = [];
  const sink = { write: (text: string) => void printed.push(text) };
  const { error } = await asc.main(
    [
      relative(options.folder, options.entry),
      ...["--config", "asconfig.json"],
      ...["--baseDir", options.folder],
      ...["--outFile", options.fileName],
      ...(options.debug ? ["--debug", "--sourceMap", "--optimizeLevel", "0", "--shrinkLevel", "0"] : []),
      // The SDK's transform takes it from here (docs/decisions/0002).
      ...(options.target === "envoy" ? [] : ["--use", `AS_PROXY_WASM_TARGET=${options.target}`]),
      ...(options.colour ? [] : ["--noColors"]),
    ],
    {
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
  const wasm = files.get(options.fileName);
  if (error !== null || !(wasm instanceof Uint8Array)) {
    return { kind: "refused", diagnostics: text === "" ? (error?.message ?? "asc wrote no module") : text };
  }
  const sourceMap = files.get(`${options.fileName}.map`);
  return {
    kind: "compiled",
    wasm,
    sourceMap: sourceMap === undefined ? null : String(sourceMap),
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

/** The project's own compiler, so that its version is the one in the project's package.json. */
async function loadCompiler(folder: string): Promise<Asc> {
  let path: string;
  try {
    path = createRequire(join(folder, "package.json")).resolve("assemblyscript/dist/asc.js");
  } catch (cause) {
    throw new CliError(
      "ERR_PROJECT",
      `the compiler is not installed in ${folder}`,
      "run npm install there; assemblyscript belongs to its devDependencies",
      { cause },
    );
  }
  return (await import(pathToFileURL(path).href)) as Asc;
}
