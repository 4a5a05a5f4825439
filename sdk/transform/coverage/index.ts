import type { Parser } from "assemblyscript";
import type { BinaryenModule } from "../binaryen-module.js";
import { COUNTER, Counters, type CoverageSection, type FileMap, SECTION } from "./coverage-map.js";
import { ALWAYS_FALSE, ALWAYS_TRUE, instrument } from "./instrument.js";

/**
 * Counts how often the author's statements, functions and branches run; docs/decisions/0006-coverage.md says how. For modules
 * that are tested, never for those that are shipped: `as-proxy-wasm build --coverage`, or
 * `asc --transform as-proxy-wasm-sdk/coverage`.
 */
export default class CoverageTransform {
  readonly #counters = new Counters();
  #files: FileMap[] = [];

  afterParse(parser: Parser): void {
    this.#files = parser.sources
      .filter((source) => !source.isLibrary && !source.internalPath.startsWith("~lib/"))
      .map((source) => instrument(source, this.#counters));
    // A file of packages: the author's own exports are not the module's.
    const isEntry = true;
    parser.parseFile(counterSource(this.#counters.count), "~lib/as-proxy-wasm-coverage.ts", isEntry);
  }

  afterCompile(module: BinaryenModule): void {
    const section: CoverageSection = { version: 1, counters: this.#counters.count, files: this.#files };
    module.addCustomSection(SECTION, Buffer.from(JSON.stringify(section)));
  }
}

/** The counters, and what stands in conditions to count them. */
function counterSource(count: number): string {
  const counters = Array.from(
    { length: count },
    (_, index) => `@global @lazy export let ${COUNTER}${index}: i32 = 0;`,
  );
  return [
    ...counters,
    `@global function ${ALWAYS_TRUE}(): bool { return true; }`,
    `@global function ${ALWAYS_FALSE}(): bool { return false; }`,
  ].join("\n");
}
