import { decodeRange } from "as-proxy-wasm-sdk/assembly/abi/text";
import {
  base64Decode,
  base64Encode,
  base64UrlDecode,
  base64UrlEncode,
  hexDecode,
  hexEncode,
  percentDecode,
  percentDecodeLenient,
  percentEncode,
} from "as-proxy-wasm-sdk/encoding";
import { each, putBytes, putInteger, putNull, putOptional, putText } from "./batch";

export { current, prepare, results, variantSize, variantStart, vary } from "./batch";

export function run(count: i32): i32 {
  return each(count, check);
}

function check(input: Uint8Array): void {
  putText(base64Encode(input));
  putText(base64UrlEncode(input));
  putText(hexEncode(input));
  const text = decodeRange(input, 0, input.length);
  putText(percentEncode(text));
  putDecoded(base64Decode(text));
  putDecoded(base64UrlDecode(text));
  putDecoded(hexDecode(text));
  putOptional(percentDecode(text));
  putText(percentDecodeLenient(text));
  putInteger(percentDecode(percentEncode(text)) == text ? 1 : 0);
}

function putDecoded(bytes: Uint8Array | null): void {
  if (bytes === null) putNull();
  else putBytes(bytes);
}
