import type { AbiVersion } from "../abi/host-function.js";
import { inspectModule, type ModuleInspection } from "../module/inspect-module.js";
import { readWasmModule, type WasmModule } from "../module/wasm-module.js";

/** A module that Envoy can load, compiled once for all its VMs. */
export interface LoadedModule {
  readonly abiVersion: AbiVersion;
  readonly sections: WasmModule;
  readonly compiled: WebAssembly.Module;
}

/** Compiles a module, or says why Envoy refuses it. */
export function loadModule(code: Uint8Array): LoadedModule | ModuleInspection {
  const inspection = inspectModule(code);
  if (inspection.problems.length > 0 || inspection.abiVersion === null) return inspection;
  return {
    abiVersion: inspection.abiVersion,
    sections: readWasmModule(code),
    compiled: new WebAssembly.Module(code),
  };
}
