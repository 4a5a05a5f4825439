import type { ByteString } from "../byte-string.js";

const slots = 2048;
const maximumLength = 64;

/** Makes strings of bytes that come again and again, each once. What falls into a slot takes the place of what was there. */
export class FrequentStrings {
  readonly #strings: (ByteString | undefined)[] = Array.from({ length: slots });

  read(bytes: Buffer, start: number, length: number): ByteString {
    if (length > maximumLength) return bytes.toString("latin1", start, start + length);
    const end = start + length;
    let hash = length;
    for (let index = start; index < end; index++) hash = (Math.imul(hash, 31) + (bytes[index] ?? 0)) | 0;
    const slot = (hash ^ (hash >>> 15)) & (slots - 1);
    const known = this.#strings[slot];
    if (known !== undefined && isSame(known, bytes, start, length)) return known;
    return (this.#strings[slot] = bytes.toString("latin1", start, end));
  }
}

function isSame(text: ByteString, bytes: Buffer, start: number, length: number): boolean {
  if (text.length !== length) return false;
  for (let index = 0; index < length; index++)
    if (text.charCodeAt(index) !== bytes[start + index]) return false;
  return true;
}
