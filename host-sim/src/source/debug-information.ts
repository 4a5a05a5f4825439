import { hasWasmHeader, readWasmModule } from "../module/wasm-module.js";
import { WasmReader } from "../module/wasm-reader.js";
import type { SourceFunctions, SourceMapExtensions } from "./source-map.js";

/** A module as it is shipped, and what tells of its sources. */
export interface SeparatedModule {
  /** The same module without names of functions and without the place of its map. */
  readonly wasm: Uint8Array;
  /** The source map with the names of functions in `x_functionNames`, by index, and the given ones in `x_functions`, by source. */
  readonly sourceMap: string;
}

/**
 * Takes what only serves debugging out of a module, and keeps it in the source map: of `asc --debug --sourceMap` and optimisation there
 * remains, byte for byte, what the same without `--debug --sourceMap` gives, and no path of the machine that built it.
 */
export function separateDebugInformation(
  wasm: Uint8Array,
  sourceMap: string,
  sourceRoot: string,
  functions: SourceFunctions = {},
): SeparatedModule {
  const names = readWasmModule(wasm).functionNames;
  const map = JSON.parse(sourceMap) as Record<string, unknown> & { readonly sources: readonly string[] };
  const compiled = map.sources.filter((source) => source in functions);
  const extensions: SourceMapExtensions = {
    x_functionNames: Object.fromEntries(names),
    x_functions: Object.fromEntries(compiled.map((source) => [source, functions[source] ?? []])),
  };
  return {
    wasm: withoutCustomSections(wasm, new Set(["name", "sourceMappingURL"])),
    sourceMap: JSON.stringify({ ...map, sourceRoot, ...extensions }),
  };
}

/** A module without the custom sections of some names. */
export function withoutCustomSections(wasm: Uint8Array, names: ReadonlySet<string>): Uint8Array {
  if (!hasWasmHeader(wasm)) return wasm;
  const kept: Uint8Array[] = [wasm.subarray(0, 8)];
  const reader = new WasmReader(wasm, 8);
  while (!reader.done) {
    const start = reader.offset;
    const id = reader.byte();
    const content = reader.slice(reader.u32());
    const custom = 0;
    if (id !== custom || !names.has(content.name())) kept.push(wasm.subarray(start, reader.offset));
  }
  return Buffer.concat(kept);
}
