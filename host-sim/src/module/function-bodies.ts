import { WasmReader } from "./wasm-reader.js";

/** Where the bodies of a module's own functions begin: byte offsets in the module, in their order. */
export function functionBodies(code: Uint8Array): number[] {
  const starts: number[] = [];
  const codeSection = 10;
  const reader = new WasmReader(code, 8);
  while (!reader.done) {
    const id = reader.byte();
    const section = reader.slice(reader.u32());
    if (id !== codeSection) continue;
    for (let count = section.u32(); count > 0; count--) starts.push(section.slice(section.u32()).offset);
  }
  return starts;
}
