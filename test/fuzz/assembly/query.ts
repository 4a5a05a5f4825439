import { decodeRange } from "as-proxy-wasm-sdk/assembly/abi/text";
import { QueryParameters, RequestTarget } from "as-proxy-wasm-sdk/query";
import { each, putInteger, putText } from "./batch";

export { current, prepare, results, variantSize, variantStart, vary } from "./batch";

export function run(count: i32): i32 {
  return each(count, check);
}

function check(input: Uint8Array): void {
  const text = decodeRange(input, 0, input.length);
  // A target that is split and joined is the same.
  putInteger(RequestTarget.parse(text).toString() == text ? 1 : 0);
  const parameters = QueryParameters.parse(text);
  putText(parameters.toString());
  // Written and read again they are the same.
  putInteger(QueryParameters.parse(parameters.toString()).toString() == parameters.toString() ? 1 : 0);
  for (let i = 0; i < parameters.size; ++i) {
    putText(parameters.nameAt(i));
    putText(parameters.valueAt(i));
  }
}
