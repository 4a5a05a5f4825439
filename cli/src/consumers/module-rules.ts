/** Rules about the module itself, which all consumers share. */
import { inspectModule } from "as-proxy-wasm-sim";
import { maxModuleBytes } from "../image/index.js";
import { hasWasmMagic } from "../module/wasm-magic.js";
import { problemSentence } from "../module/module-names.js";
import type { FoundModule, Rule } from "./consumer.js";

/** What fetchers look at: eight bytes at least, the first four `\0asm`. */
export function isModule(source: string, todo: string): Rule<FoundModule> {
  return {
    id: "wasm",
    demands: "holds a wasm module",
    source,
    todo,
    check: ({ wasm }) =>
      wasm.byteLength >= 8 && hasWasmMagic(wasm) ? undefined : "what it holds in the module's place is none",
  };
}

/** The consumer hands the module on; this is what Envoy says to it. */
export const loadsInEnvoy: Rule<FoundModule> = {
  id: "envoy",
  demands: "holds a module that Envoy loads",
  source: "Envoy itself, as as-proxy-wasm check knows it",
  todo: "look at it with as-proxy-wasm check",
  check: ({ wasm }) => {
    const [problem] = inspectModule(wasm).problems;
    return problem === undefined ? undefined : `Envoy refuses the module: ${problemSentence(problem)}`;
  },
};

/** Fetchers stop reading where the module ends, so they load what nobody should unpack. */
export const unpacksHere: Rule<FoundModule> = {
  id: "unpack",
  demands: "can be unpacked without harm",
  source: `as-proxy-wasm pull, which refuses it; at most ${maxModuleBytes} bytes are unpacked`,
  todo: "make it with as-proxy-wasm package",
  check: ({ image }) => {
    for (const { archive } of image.contents.values()) {
      const problem = archive?.danger ?? archive?.fault;
      if (problem !== undefined) return `in its layer, ${problem}`;
    }
    return undefined;
  },
};
