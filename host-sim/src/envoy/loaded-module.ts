import type { AbiVersion } from "../abi/host-function.js";
import type { EnvoyVersion } from "../envoy-versions.js";
import { inspectModule, type ModuleInspection } from "../module/inspect-module.js";
import { readCoverageSection, type CoverageSection } from "../source/coverage-section.js";
import { limitMemory } from "../module/limit-memory.js";
import { readWasmModule, type WasmModule } from "../module/wasm-module.js";
import type { VmConfig } from "./plugin-config.js";

/** A module that Envoy can link, compiled once for all its VMs. */
export interface LoadedModule {
  readonly abiVersion: AbiVersion;
  readonly sections: WasmModule;
  readonly compiled: WebAssembly.Module;
  /** How many bytes its functions are further behind when compiled than in the author's module. */
  readonly shift: number;
  /** What Envoy prints about exports it cannot use; such a module is started and then refused. */
  readonly exportErrors: readonly string[];
  /** What its counters count, when it was built with `--coverage`. */
  readonly coverage: CoverageSection | null;
  /** The folder that its source files are relative to. */
  readonly sourceRoot: string;
}

/** Compiles a module, or says why Envoy refuses it. */
export function loadModule(
  { code, sourceRoot = process.cwd() }: VmConfig,
  envoyVersion: EnvoyVersion,
): LoadedModule | ModuleInspection {
  const inspection = inspectModule(code, envoyVersion);
  if (inspection.abiVersion === null || (inspection.failsAt !== null && inspection.failsAt !== "exports")) {
    return inspection;
  }
  const limited = limitMemory(code);
  const compiled = new WebAssembly.Module(limited.code);
  return {
    abiVersion: inspection.abiVersion,
    sections: readWasmModule(code),
    compiled,
    shift: limited.shift,
    exportErrors: inspection.loadErrors.slice(0, -1),
    coverage: readCoverageSection(compiled),
    sourceRoot,
  };
}
