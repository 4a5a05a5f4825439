// Ways through text that is known to be valid JSON. `end` is the end of the text: loads stay in front of it.

import { escaped, skipSpace, calledStringEnd } from "./scan";
import { stringBytes } from "./unquote";

/** The address of the first element, or of the first member's name; 0 when the container at `at` is empty. */
export function firstIn(at: usize, end: usize): usize {
  at = skipSpace(at + 1, end);
  return (load<u8>(at) | 0x20) == 0x7d ? 0 : at;
}

/** From behind an element or a member's value to the next one; 0 when there is none. */
export function nextBehind(at: usize, end: usize): usize {
  at = skipSpace(at, end);
  return load<u8>(at) == 0x2c ? skipSpace(at + 1, end) : 0;
}

/** From a member's name to its value. */
export function memberValue(name: usize, end: usize): usize {
  const colon = skipSpace(calledStringEnd(name + 1, end), end);
  return skipSpace(colon + 1, end);
}

/** Whether the name that begins at `name` reads as the `size` bytes at `key`. */
export function isName(name: usize, end: usize, key: usize, size: usize): bool {
  const start = name + 1;
  const length = calledStringEnd(start, end) - 1 - start;
  if (!escaped) return length == size && memory.compare(start, key, size) == 0;
  const text = stringBytes(start, start + length);
  return text.length == <i32>size && memory.compare(text.dataStart, key, size) == 0;
}

/** The address behind the value that begins at `at`. */
export function valueEnd(at: usize, end: usize): usize {
  const first = load<u8>(at);
  if (first == 0x22) return calledStringEnd(at + 1, end);
  if ((first | 0x20) != 0x7b) {
    while (at < end && isScalar(load<u8>(at))) ++at;
    return at;
  }
  let depth = 0;
  while (at < end) {
    const byte = load<u8>(at);
    if (byte == 0x22) {
      at = calledStringEnd(at + 1, end);
      continue;
    }
    ++at;
    // Brackets differ from braces in 0x20 alone.
    const bracket = byte | 0x20;
    if (bracket == 0x7b) ++depth;
    else if (bracket == 0x7d && --depth == 0) break;
  }
  return at;
}

/** The bytes of numbers, `true`, `false` and `null`. */
function isScalar(byte: u8): bool {
  return byte > 0x20 && byte != 0x2c && byte != 0x5d && byte != 0x7d;
}
