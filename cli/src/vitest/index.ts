import type { Plugin } from "vitest/config";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { CompileError } from "../compiler/compile-error.js";
import { compileEntry } from "../compiler/compile-filter.js";

/** What the matchers are, for those who wrap them; naming them here lets a program that knows this plugin know them. */
export type { FilterMatchers } from "as-proxy-wasm-sim/vitest";
export { CompileError } from "../compiler/compile-error.js";
export { compileFilter } from "../compiler/compile-filter.js";

/** `../assembly/index.ts?filter` */
const query = "?filter";

/**
 * Lets tests import a filter's source, compiled, and gives them the matchers of `as-proxy-wasm-sim/vitest`.
 *
 * ```ts
 * // vitest.config.ts
 * import { proxyWasm } from "as-proxy-wasm/vitest";
 * import { defineConfig } from "vitest/config";
 *
 * export default defineConfig({ plugins: [proxyWasm()] });
 * ```
 *
 * ```ts
 * // test/filter.test.ts
 * import filter from "../assembly/index.ts?filter";
 *
 * const envoy = await startFilter(filter);
 * ```
 *
 * What has not changed is not compiled again; in watch mode a change of any source runs the tests that import it.
 */
export function proxyWasm(): Plugin {
  return {
    name: "as-proxy-wasm",
    enforce: "pre",

    config: ({ root = process.cwd() }) => ({
      test: {
        setupFiles: [createRequire(resolve(root, "package.json")).resolve("as-proxy-wasm-sim/vitest")],
      },
    }),

    async resolveId(source, importer) {
      if (!source.endsWith(query)) return null;
      const found = await this.resolve(source.slice(0, -query.length), importer, { skipSelf: true });
      return found === null ? null : found.id + query;
    },

    async load(id) {
      if (!id.endsWith(query)) return null;
      try {
        const { wasm, manifest, sources } = await compileEntry(id.slice(0, -query.length));
        for (const file of [...sources, manifest]) this.addWatchFile(file);
        return [
          'import { loadFilter } from "as-proxy-wasm-sim";',
          `export default await loadFilter(${JSON.stringify(manifest)}, {}, { wasm: ${JSON.stringify(wasm)} });`,
        ].join("\n");
      } catch (error) {
        if (!(error instanceof CompileError)) throw error;
        for (const file of error.sources) this.addWatchFile(file);
        return this.error({
          message: error.message,
          id,
          // Vite counts columns from 0.
          ...(error.place === null ? {} : { loc: { ...error.place, column: error.place.column - 1 } }),
        });
      }
    },
  };
}
