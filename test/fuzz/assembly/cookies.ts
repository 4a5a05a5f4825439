import { decodeRange } from "as-proxy-wasm-sdk/assembly/abi/text";
import { Cookies, SetCookie } from "as-proxy-wasm-sdk/cookies";
import { each, putInteger, putOptional, putText } from "./batch";

export { current, prepare, results, variantSize, variantStart, vary } from "./batch";

export function run(count: i32): i32 {
  return each(count, check);
}

function check(input: Uint8Array): void {
  const text = decodeRange(input, 0, input.length);
  const cookies = Cookies.parse(text);
  putOptional(new SetCookie("a", text).build());
  putOptional(new SetCookie(text, "b").build());
  putInteger(new SetCookie("a", "b").path(text).domain(text).build() === null ? 0 : 1);
  for (let i = 0; i < cookies.size; ++i) {
    putText(cookies.nameAt(i));
    putText(cookies.valueAt(i));
  }
}
