import type { AbiVersion } from "../abi/host-function.js";
import type { EnvoyVersion } from "../envoy-versions.js";
import { inspectModule, type ModuleInspection } from "../module/inspect-module.js";
import { CodeSymbols } from "../source/code-symbols.js";
import { embeddedSourceMap } from "../source/embedded-source-map.js";
import { readCoverageSection, type CoverageSection } from "../source/coverage-section.js";
import { functionBodies } from "../module/function-bodies.js";
import { limitMemory } from "../module/limit-memory.js";
import { readWasmModule, type WasmModule } from "../module/wasm-module.js";
import { moduleDigest } from "../module/module-digest.js";
import { allowedCapabilities } from "./capability-restriction.js";
import type { PluginConfig } from "./plugin-config.js";

/** A module that Envoy can link, compiled once for all VMs of all processes. */
interface CompiledModule {
  readonly abiVersion: AbiVersion;
  readonly sections: WasmModule;
  readonly compiled: WebAssembly.Module;
  /** How many bytes its functions are further behind when compiled than in the author's module. */
  readonly shift: number;
  /** What Envoy prints about exports it cannot use; such a module is started and then refused. */
  readonly exportErrors: readonly string[];
  /** What its counters count, when it was built with `--coverage`. */
  readonly coverage: CoverageSection | null;
}

export interface LoadedModule extends CompiledModule {
  /** Of the first plugin that asked for it: all VMs made from it have these. */
  readonly allowedCapabilities: ReturnType<typeof allowedCapabilities>;
  /** The folder that its source files are relative to. */
  readonly sourceRoot: string;
  /** What its code is in the author's sources. */
  readonly symbols: CodeSymbols;
}

/** Compiles a module, or says why Envoy refuses it. */
export function loadModule(
  plugin: PluginConfig,
  envoyVersion: EnvoyVersion,
  memoryLimitPages: number,
): LoadedModule | ModuleInspection {
  const { code, sourceMap, sourceRoot = process.cwd() } = plugin.vmConfig;
  const key = `${envoyVersion} ${memoryLimitPages} ${moduleDigest(code)}`;
  const known = modules.get(key)?.deref();
  const module = known ?? compile(code, envoyVersion, memoryLimitPages);
  if (!("compiled" in module)) return module;
  if (known === undefined) {
    modules.set(key, new WeakRef(module));
    collected.register(module, key);
  }
  inUse.set(code, module);
  const { sections, compiled, shift } = module;
  const imported = sections.imports.filter(({ kind }) => kind === "function").length;
  let bodies: readonly number[] | null = null;
  const symbols = new CodeSymbols(sections.functionNames, {
    readSourceMap: () => sourceMap ?? embeddedSourceMap(compiled),
    shift,
    bodyOf: (index) => (bodies ??= functionBodies(code))[index - imported] ?? 0,
  });
  return { ...module, allowedCapabilities: allowedCapabilities(plugin), sourceRoot, symbols };
}

function compile(
  code: Uint8Array,
  envoyVersion: EnvoyVersion,
  memoryLimitPages: number,
): CompiledModule | ModuleInspection {
  const inspection = inspectModule(code, envoyVersion);
  if (inspection.abiVersion === null || (inspection.failsAt !== null && inspection.failsAt !== "exports")) {
    return inspection;
  }
  const limited = limitMemory(code, memoryLimitPages);
  const compiled = new WebAssembly.Module(limited.code);
  return {
    abiVersion: inspection.abiVersion,
    sections: readWasmModule(code),
    compiled,
    shift: limited.shift,
    exportErrors: inspection.loadErrors.slice(0, -1),
    coverage: readCoverageSection(compiled),
  };
}

/** By what made them; a test that starts the next Envoy finds what the one before it compiled. */
const modules = new Map<string, WeakRef<CompiledModule>>();
const collected = new FinalizationRegistry<string>((key) => {
  if (modules.get(key)?.deref() === undefined) modules.delete(key);
});

/** Who still has the bytes will want the module again. */
const inUse = new WeakMap<Uint8Array, CompiledModule>();
