// Where the host writes its answers: the address and size of returned data, a number, a 64-bit number.
// A word is read right after the call that wrote it; on a failure the host leaves it as it was (abi.md 3.1).

import { decode } from "./text";

/** Address of the word that receives an address or a 32-bit number. */
export const word = memory.data(16, 8);
/** Address of the word that receives a size. */
export const sizeWord = word + 4;

/** The address that the host returned; 0 when the data is empty. */
export function address(): usize {
  return load<u32>(word);
}

/** The size that the host returned. */
export function size(): usize {
  return load<u32>(sizeWord);
}

/** The 32-bit number that the host returned. */
export function number(): u32 {
  return load<u32>(word);
}

/** The 64-bit number that the host returned. */
export function longNumber(): u64 {
  return load<u64>(word);
}

/** The returned data as text. */
export function text(): string {
  return decode(address(), size());
}

/** A copy of the returned data. */
export function bytes(): Uint8Array {
  return copy(address(), size());
}

/** Makes a range the returned data. Unsafe: the range must be valid. */
export function put(data: usize, size: usize): void {
  store<u32>(word, data);
  store<u32>(sizeWord, size);
}

/** A copy of `size` bytes at `data`. Unsafe: the range must be valid. */
export function copy(data: usize, size: usize): Uint8Array {
  const bytes = new Uint8Array(<i32>size);
  memory.copy(bytes.dataStart, data, size);
  return bytes;
}
