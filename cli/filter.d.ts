/// <reference types="as-proxy-wasm-sim/vitest" />

/** `import filter from "../assembly/index.ts?filter"`, with the plugin of as-proxy-wasm/vitest: the compiled filter, for `startFilter`. */
declare module "*?filter" {
  const filter: import("as-proxy-wasm-sim").PluginConfig;
  export default filter;
}
