import type { ByteString } from "../byte-string.js";
import { compress, uncompress } from "./compression.js";
import { createExpression, deleteExpression, evaluateExpression } from "./expressions.js";
import { clearRouteCache, declareProperty, setEnvoyFilterState } from "./filter-state.js";
import type { ForeignFunction } from "./foreign-function.js";
import { sign, verifySignature } from "./signatures.js";

/** Envoy's foreign functions (abi.md 6.4). */
const functions: ReadonlyMap<ByteString, ForeignFunction> = new Map([
  ["compress", compress],
  ["uncompress", uncompress],
  ["declare_property", declareProperty],
  ["set_envoy_filter_state", setEnvoyFilterState],
  ["clear_route_cache", clearRouteCache],
  ["expr_create", createExpression],
  ["expr_evaluate", evaluateExpression],
  ["expr_delete", deleteExpression],
  ["sign", sign],
  ["verify_signature", verifySignature],
]);

export function findForeignFunction(name: ByteString): ForeignFunction | null {
  return functions.get(name) ?? null;
}
