import { decodeRange } from "as-proxy-wasm-sdk/assembly/abi/text";
import { compileGlob, Pattern, PatternFlags } from "as-proxy-wasm-sdk/pattern";
import { each, putInteger } from "./batch";

export { current, prepare, results, variantSize, variantStart, vary } from "./batch";

export function run(count: i32): i32 {
  return each(count, check);
}

/** A byte of flags, the pattern, a NUL, the text. */
function check(input: Uint8Array): void {
  if (input.length == 0) return putInteger(-1);
  let end = input.indexOf(0, 1);
  if (end < 0) end = input.length;
  const text = input.subarray(min(end + 1, input.length));
  const source = decodeRange(input, 1, end);
  const result = Pattern.compile(source, <PatternFlags>(input[0] & 7));
  const pattern = result.pattern;
  putInteger(pattern === null ? 0 : 1);
  if (pattern === null) {
    putInteger(result.error.length > 0 && result.offset >= 0 && result.offset <= source.length ? 1 : 0);
  } else {
    const matched = pattern.testBytes(text);
    putInteger(matched ? 1 : 0);
    // Text and bytes have the same answer, and a second time too.
    putInteger(
      pattern.test(decodeRange(text, 0, text.length)) == matched && pattern.testBytes(text) == matched
        ? 1
        : 0,
    );
  }
  const glob = compileGlob(source).pattern;
  if (glob !== null) glob.testBytes(text);
}
