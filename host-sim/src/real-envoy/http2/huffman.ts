/**
 * The Huffman code of HPACK (RFC 7541, appendix B). It is canonical: shorter codes come first, and codes of one length are in
 * the order of their octets, so that the lengths alone are the whole table.
 */
const LENGTHS: readonly number[] = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28,
  28, 28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7,
  8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19,
  13, 14, 6, 15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13,
  28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21,
  22, 23, 22, 23, 23, 24, 22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23,
  22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
  19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25,
  25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, 30,
];

const LONGEST = 30;

/** By length: the first code, and the octets whose codes follow it. */
const BY_LENGTH: readonly { readonly first: number; readonly octets: readonly number[] }[] = codes();

function codes(): { first: number; octets: number[] }[] {
  const table: { first: number; octets: number[] }[] = [];
  let next = 0;
  for (let length = 0; length <= LONGEST; length++) {
    const octets = LENGTHS.flatMap((of, octet) => (of === length ? [octet] : []));
    table.push({ first: next, octets });
    next = (next + octets.length) * 2;
  }
  return table;
}

/** Throws for what is no text in this code. */
export function decodeHuffman(bytes: Uint8Array): string {
  let text = "";
  let code = 0;
  let length = 0;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      code = code * 2 + ((byte >> bit) & 1);
      length++;
      const at = BY_LENGTH[length];
      if (at === undefined) throw new Error("a Huffman code of HPACK is longer than any");
      const octet = at.octets[code - at.first];
      if (octet === undefined) continue;
      text += String.fromCharCode(octet);
      code = 0;
      length = 0;
    }
  }
  // What is left is padding: the beginning of the code of all ones.
  if (length > 7 || code !== 2 ** length - 1)
    throw new Error("a Huffman text of HPACK ends in the middle of a code");
  return text;
}
