import { WasmReader } from "./wasm-reader.js";

/** Envoy's V8 gives no memory more than 1 GiB (abi.md E.5). */
export const maximumPages = 16_384;

/** A module as it is compiled. */
export interface LimitedModule {
  readonly code: Uint8Array;
  /** How many bytes further behind everything is that follows the memory section, the functions for example. */
  readonly shift: number;
}

const memorySection = 5;
const headerSize = 8;

/**
 * A well-formed module whose own memory has a maximum of at most so many pages. It is the module itself where that is so
 * already, and where the memory begins larger.
 */
export function limitMemory(code: Uint8Array, pages = maximumPages): LimitedModule {
  const unchanged = { code, shift: 0 };
  const reader = new WasmReader(code, headerSize);
  while (!reader.done) {
    const start = reader.offset;
    const id = reader.byte();
    const section = reader.slice(reader.u32());
    if (id !== memorySection) continue;
    const limited = limitedSection(section, pages);
    if (limited === null) return unchanged;
    const head = code.subarray(0, start);
    return {
      code: new Uint8Array(Buffer.concat([head, limited, code.subarray(section.end)])),
      shift: limited.length - (section.end - start),
    };
  }
  return unchanged;
}

/** Null: nothing is to change. */
function limitedSection(section: WasmReader, pages: number): Uint8Array | null {
  const hasMaximum = 1;
  if (section.u32() !== 1) return null;
  const flags = section.byte();
  // Shared memories and those of 64 bits are none of Envoy's.
  if (flags > hasMaximum) return null;
  const minimum = section.u32();
  const maximum = flags === hasMaximum ? section.u32() : Infinity;
  if (minimum > pages || maximum <= pages) return null;
  const content = [1, hasMaximum, ...leb128(minimum), ...leb128(pages)];
  return Uint8Array.of(memorySection, ...leb128(content.length), ...content);
}

function leb128(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
  }
}
