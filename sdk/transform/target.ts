import type { Program } from "assemblyscript";

/** The hosts that modules can be made for. */
export type Target = "envoy" | "mosn";

/** `asc --use AS_PROXY_WASM_TARGET=mosn`, which `as-proxy-wasm build` says when filter.json does. */
const ALIAS = "AS_PROXY_WASM_TARGET";

/** Takes the target out of the compiler's aliases, where it would be looked for as an element of the program. */
export function takeTarget({ options }: Program): Target {
  const named = options.globalAliases?.get(ALIAS) ?? "envoy";
  if (named !== "envoy" && named !== "mosn") throw new Error(`${ALIAS} must be envoy or mosn, not ${named}`);
  options.globalAliases?.delete(ALIAS);
  // MOSN starts an instance by this name.
  if (named === "mosn") options.exportStart = "_start";
  return named;
}
