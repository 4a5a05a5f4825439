import { defineConfig } from "vitest/config";

const source = (path: string) => new URL(path, import.meta.url).pathname;

export default defineConfig({
  // Tests run against the sources; what npm would install is tested by test:newcomer.
  resolve: {
    alias: [
      { find: /^as-proxy-wasm-sim$/, replacement: source("host-sim/src/index.ts") },
      // The other entries: one folder each.
      { find: /^as-proxy-wasm-sim\/([a-z-]+)$/, replacement: `${source("host-sim/src")}/$1/index.ts` },
      { find: "oras-js", replacement: source("oras-js/src/index.ts") },
    ],
  },
  test: {
    include: ["*/**/*.test.ts"],
    // Compiling a filter takes a second, and machines are busy.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    exclude: ["**/node_modules/**", "**/dist/**", ".cache/**", "create/templates/**"],
  },
});
