// Foreign functions (abi.md 5.16, 6.4): functions that a host has besides the ABI's, called by name.

import { proxy_call_foreign_function } from "./env";
import * as result from "./result";
import { Status } from "./status";
import { encode, encodedSize } from "./text";

/** Where a number stands while it is an argument. */
const numberWord = memory.data(4, 4);

// A known function writes the words of its result even when it fails (abi.md 5.16), so they mean something
// only after Ok.

/** Calls a function; on success what it gives is the current `result`. */
export function call(name: string, argument: Uint8Array): Status {
  const data = encode(name);
  return proxy_call_foreign_function(
    data,
    encodedSize,
    argument.dataStart,
    argument.length,
    result.word,
    result.sizeWord,
  );
}

/** The same with text. */
export function callWithText(name: string, argument: string): Status {
  const data = encode(name);
  const size = encodedSize;
  const text = encode(argument);
  return proxy_call_foreign_function(data, size, text, encodedSize, result.word, result.sizeWord);
}

/** The same with a number of 4 bytes, little-endian. */
export function callWithNumber(name: string, argument: u32): Status {
  const data = encode(name);
  store<u32>(numberWord, argument);
  return proxy_call_foreign_function(data, encodedSize, numberWord, 4, result.word, result.sizeWord);
}

/** Whether the result is a number of 4 bytes; `number` gives it. */
export function isNumber(): bool {
  return result.size() == 4;
}

/** The result as a number of 4 bytes, little-endian. Only after `isNumber`. */
export function number(): u32 {
  return load<u32>(result.address());
}
