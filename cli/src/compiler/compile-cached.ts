/**
 * Compiles what changed, and nothing else: a compilation is kept with the hash of every file that the compiler read, and of every
 * one that it looked for and did not find.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { replaceFile } from "../project/replace-file.js";
import { compile, type CompileOptions } from "./compile.js";
import { CompileError } from "./compile-error.js";

export type CachedCompileOptions = Pick<CompileOptions, "folder" | "entry" | "target" | "debug">;

export interface KeptCompilation {
  /** The module, in the cache; its source map stands beside it. */
  readonly wasm: string;
  /** Every file that it was made from. */
  readonly sources: readonly string[];
}

/** Path by path, relative to the project, the hash of the file; null: there was none. */
type Inputs = Readonly<Record<string, string | null>>;

let last: Promise<unknown> = Promise.resolve();

/** The compilation of the sources as they are now; rejects with `CompileError` where they do not compile. */
export function compileCached(options: CachedCompileOptions): Promise<KeptCompilation> {
  // The compiler keeps a whole core busy, and the second of two equal ones finds what the first has made.
  const compilation = last.then(() => find(options));
  last = compilation.catch(() => undefined);
  return compilation;
}

async function find(options: CachedCompileOptions): Promise<KeptCompilation> {
  const { folder, entry, target, debug } = options;
  const compiler = await hashOf(
    createRequire(join(folder, "package.json")).resolve("assemblyscript/package.json"),
  ).catch(() => null);
  const key = hash(JSON.stringify([entry, target, debug, compiler]));
  const kept = join(cacheFolder(folder), key);
  const wasm = join(kept, "filter.wasm");
  const inputsFile = join(kept, "inputs.json");
  const known = await readInputs(inputsFile);
  if (known !== null && existsSync(wasm) && (await areCurrent(folder, known)))
    return { wasm, sources: sourcesOf(folder, known) };

  const read = new Map<string, string | null>();
  const compilation = await compile({
    ...options,
    wasm,
    colour: false,
    onRead: (file, text) => void read.set(file, text === null ? null : hash(text)),
  });
  if (compilation.kind === "refused")
    throw new CompileError(compilation.diagnostics, folder, [...read.keys()].filter(existsSync));
  for (const file of await transformsOf(read)) read.set(file, await hashOf(file));
  const inputs = Object.fromEntries([...read].map(([file, text]) => [relative(folder, file), text]));
  await mkdir(kept, { recursive: true });
  // A module whose inputs are not there is made again: they go first and come last.
  await rm(inputsFile, { force: true });
  await replaceFile(wasm, compilation.wasm);
  await replaceFile(`${wasm}.map`, compilation.sourceMap);
  await replaceFile(inputsFile, JSON.stringify(inputs));
  return { wasm, sources: sourcesOf(folder, inputs) };
}

/** Beside what other tools keep: in the nearest node_modules. */
function cacheFolder(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    const modules = join(at, "node_modules");
    if (existsSync(modules)) return join(modules, ".cache", "as-proxy-wasm");
    if (dirname(at) === at) return join(folder, "node_modules", ".cache", "as-proxy-wasm");
  }
}

async function readInputs(file: string): Promise<Inputs | null> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Inputs;
  } catch {
    return null;
  }
}

async function areCurrent(folder: string, inputs: Inputs): Promise<boolean> {
  for (const [path, expected] of Object.entries(inputs))
    if ((await hashOf(resolve(folder, path)).catch(() => null)) !== expected) return false;
  return true;
}

function sourcesOf(folder: string, inputs: Inputs): string[] {
  return Object.entries(inputs).flatMap(([path, found]) => (found === null ? [] : [resolve(folder, path)]));
}

/** The compiler imports them by itself: the files named in the `transform` of the asconfig.json files it read. */
async function transformsOf(read: ReadonlyMap<string, string | null>): Promise<string[]> {
  const files: string[] = [];
  for (const [file, found] of read) {
    if (found === null || !file.endsWith("asconfig.json")) continue;
    const { options } = JSON.parse(await readFile(file, "utf8")) as {
      options?: { transform?: string | readonly string[] };
    };
    for (const name of [options?.transform ?? []].flat())
      files.push(createRequire(file).resolve(name as string));
  }
  return files;
}

async function hashOf(file: string): Promise<string> {
  return hash(await readFile(file, "utf8"));
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
