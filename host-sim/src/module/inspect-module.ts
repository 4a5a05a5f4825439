import {
  behaviourOf,
  type EnvoyBehaviour,
  type EnvoyVersion,
  newestEnvoy,
  sinceVersion,
  type VersionDifferenceId,
} from "../envoy-versions.js";
import { guestExports } from "../abi/guest-exports.js";
import { findHostFunction } from "../abi/host-functions.js";
import type { AbiVersion } from "../abi/host-function.js";
import { maximumPages } from "./limit-memory.js";
import {
  formatSignature,
  hasWasmHeader,
  readWasmModule,
  sameSignature,
  type ModuleExport,
  type ModuleImport,
  type ModuleProducer,
  type WasmModule,
} from "./wasm-module.js";
import { WasmFormatError } from "./wasm-reader.js";

/** What a module is, and whether Envoy can load it. */
export interface ModuleInspection {
  /** Of the first marker export; null when there is none. */
  readonly abiVersion: AbiVersion | null;
  readonly imports: readonly ModuleImport[];
  readonly exports: readonly ModuleExport[];
  /** What it was made with, where it says so. */
  readonly producers: readonly ModuleProducer[];
  /** Why Envoy would refuse the module: every reason, not only the first that Envoy stops at. Empty: it loads. */
  readonly problems: readonly ModuleProblem[];
  /** The error lines Envoy would print, in its words and order. */
  readonly loadErrors: readonly string[];
  /** How far Envoy would get: a module that fails at its exports has been linked and its start-up code runs. */
  readonly failsAt: "loading" | "linking" | "exports" | null;
}

export interface ModuleProblem {
  /** Envoy's own sentence where it has one. */
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
}

/**
 * Reads a compiled module without running it and says whether Envoy can load it.
 *
 * ```ts
 * const { abiVersion, problems } = inspectModule(await readFile("build/hello.wasm"));
 * ```
 */
export function inspectModule(bytes: Uint8Array, envoyVersion: EnvoyVersion = newestEnvoy): ModuleInspection {
  let module: WasmModule = {
    imports: [],
    exports: [],
    memory: null,
    functionNames: new Map(),
    hasNameSection: false,
    producers: [],
  };
  if (bytes.length === 0) {
    const problem = { message: "The module is empty.", hint: "Build the filter again." };
    return { ...module, abiVersion: null, problems: [problem], loadErrors: [], failsAt: "loading" };
  }
  const loadFailure = (message: string, hint: string): ModuleInspection => ({
    imports: module.imports,
    exports: module.exports,
    producers: module.producers,
    abiVersion: abiVersionOf(module.exports),
    problems: [{ message, hint }],
    loadErrors: [`Wasm VM failed ${message}`, "Wasm VM failed Failed to load Wasm code"],
    failsAt: "loading",
  });
  if (!hasWasmHeader(bytes)) {
    return loadFailure(
      "Failed to parse corrupted Wasm module",
      "This is not a wasm module: it does not start with the bytes of its header.",
    );
  }
  try {
    module = readWasmModule(bytes);
  } catch (error) {
    if (!(error instanceof WasmFormatError)) throw error;
    return loadFailure("Failed to parse corrupted Wasm module", `The file is damaged: ${error.message}.`);
  }
  const abiVersion = abiVersionOf(module.exports);
  if (abiVersion === null) {
    return loadFailure(noAbiVersion, "The module must export a function proxy_abi_version_0_2_1.");
  }
  try {
    new WebAssembly.Module(bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return loadFailure("Failed to load Wasm bytecode", `The code is invalid: ${reason}.`);
  }
  const behaviour = behaviourOf(envoyVersion);
  const imports = [...importProblems(module, abiVersion, behaviour), ...memoryProblems(module)];
  const exports = exportProblems(module, abiVersion, behaviour);
  // Envoy stops at the first import it cannot resolve; of the exports it prints every bad one.
  const lines = imports.length > 0 ? imports.slice(0, 1) : exports;
  return {
    abiVersion,
    imports: module.imports,
    exports: module.exports,
    producers: module.producers,
    problems: [...imports, ...exports].map(({ message, hint }) => ({ message, hint })),
    loadErrors: lines.length === 0 ? [] : [...lines.map((problem) => problem.line), initializationFailed],
    failsAt: imports.length > 0 ? "linking" : exports.length > 0 ? "exports" : null,
  };
}

/** Envoy's last line about a module that it could load but not start. */
export const initializationFailed = "Wasm VM failed Failed to initialize Wasm code";

const noInstance = "Failed to create new Wasm instance";

const noAbiVersion = "Missing or unknown Proxy-Wasm ABI version";

interface LoadProblem extends ModuleProblem {
  /** The line as Envoy logs it. */
  readonly line: string;
}

/** The version whose marker comes first in the export section (abi.md 1). */
export function abiVersionOf(exports: readonly ModuleExport[]): AbiVersion | null {
  for (const { name, kind } of exports) {
    const marker = kind === "function" ? /^proxy_abi_version_(0_1_0|0_2_0|0_2_1)$/.exec(name) : null;
    if (marker?.[1] !== undefined) return marker[1].replaceAll("_", ".") as AbiVersion;
  }
  return null;
}

function importProblems(module: WasmModule, version: AbiVersion, behaviour: EnvoyBehaviour): LoadProblem[] {
  return module.imports.flatMap(({ module: from, name, kind, signature }): LoadProblem[] => {
    if (kind === "memory" || kind === "table") return [];
    const host = kind === "function" ? findHostFunction(from, name, version, behaviour) : null;
    if (host === null) {
      const line = `Failed to load Wasm module due to a missing import: ${from}.${name}`;
      const since = findHostFunction(from, name, version)?.since;
      const hint = since === undefined ? missingImportHint(from, name) : newerImportHint(since);
      return [{ line, message: line, hint }];
    }
    if (signature !== null && sameSignature(signature, host.signature)) return [];
    const want = signature === null ? "unknown" : formatSignature(signature);
    const line = `Failed to load Wasm module due to an import type mismatch: ${from}.${name}, want: ${want}, but host exports: ${formatSignature(host.signature)}`;
    return [{ line, message: line, hint: "Declare the import with the signature that the host exports." }];
  });
}

/** Envoy makes no memory larger than its limit, and only then knows that it cannot. */
function memoryProblems({ memory }: WasmModule): LoadProblem[] {
  if (memory === null || memory.minimum <= maximumPages) return [];
  const message = `The module's memory begins with ${memory.minimum} pages of 64 KiB, and Envoy gives ${maximumPages}.`;
  return [{ line: noInstance, message, hint: "Build it with less initial memory." }];
}

function newerImportHint(id: VersionDifferenceId): string {
  return `Envoy has this function since ${sinceVersion(id)}; remove the import, or run that release.`;
}

function missingImportHint(module: string, name: string): string {
  if (module !== "env") return "Envoy offers the modules env and wasi_snapshot_preview1 only.";
  if (name === "abort")
    return "Build with --use abort=<a function of yours>: Envoy has no AssemblyScript abort.";
  if (name === "seed" || name.startsWith("Date.") || name.startsWith("console.")) {
    return "This AssemblyScript built-in needs a JavaScript host; use the ABI's own call instead.";
  }
  return "No host function of this name exists in this ABI version; remove the import.";
}

function exportProblems(module: WasmModule, version: AbiVersion, behaviour: EnvoyBehaviour): LoadProblem[] {
  const exported = new Map(
    module.exports.filter(({ kind }) => kind === "function").map((row) => [row.name, row]),
  );
  const problems: LoadProblem[] = [];
  const found = new Set<string>();
  for (const { name, signature } of guestExports(version, behaviour)) {
    if (name === firstAfterAllocation && !found.has("malloc") && !found.has("proxy_on_memory_allocate")) {
      problems.push(missingMalloc);
    }
    const actual = exported.get(name)?.signature;
    if (actual === undefined || actual === null) continue;
    // A fallback is looked up only when the preferred name is missing (abi.md 1).
    if (preferred.get(name)?.some((other) => found.has(other)) === true) continue;
    if (sameSignature(actual, signature)) {
      found.add(name);
      continue;
    }
    const line = `Bad function signature for: ${name}, want: ${formatSignature(signature)}, but the module exports: ${formatSignature(actual)}`;
    problems.push({ line, message: line, hint: "Export the callback with the signature that Envoy wants." });
  }
  if (!module.exports.some(({ kind }) => kind === "memory")) {
    problems.push({
      line: noInstance,
      message: "The module exports no memory.",
      hint: "Export the module's memory.",
    });
  }
  return problems;
}

const preferred: ReadonlyMap<string, readonly string[]> = new Map([
  ["proxy_on_memory_allocate", ["malloc"]],
  ["_start", ["_initialize"]],
  ["__main_void", ["main"]],
]);

/** Envoy complains about a missing malloc as soon as it has looked for it and its fallback. */
const firstAfterAllocation = "proxy_validate_configuration";

const missingMalloc: LoadProblem = {
  line: "Wasm VM failed Wasm module is missing malloc function.",
  message: "Wasm module is missing malloc function.",
  hint: "Export a function malloc or proxy_on_memory_allocate that takes a size and returns an address.",
};
