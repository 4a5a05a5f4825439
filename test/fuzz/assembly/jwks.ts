import { JwtKeySet } from "as-proxy-wasm-sdk/jwt";
import { each, putInteger, putNull } from "./batch";

export { current, prepare, results, variantSize, variantStart, vary } from "./batch";

export function run(count: i32): i32 {
  return each(count, check);
}

function check(input: Uint8Array): void {
  const result = JwtKeySet.parse(input);
  const keys = result.keys;
  if (keys === null) {
    putNull();
    return;
  }
  putInteger(result.skipped);
  putInteger(keys.size);
}
