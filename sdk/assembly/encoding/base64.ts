// Base64 and base64url (RFC 4648 §4 and §5), strict: a decoder that overlooks what it does not know gives one value many
// spellings, and a signature or a token then passes in a form that somebody else compares byte by byte.

// The alphabet; base64url has "-" and "_" in its last two places.
const STANDARD = memory.data<u8>([
  0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4a, 0x4b, 0x4c, 0x4d, 0x4e, 0x4f, 0x50, 0x51, 0x52,
  0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5a, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a,
  0x6b, 0x6c, 0x6d, 0x6e, 0x6f, 0x70, 0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0x30, 0x31,
  0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x2b, 0x2f,
]);

/** The base64 text of `bytes`, padded with "=" to a multiple of four characters. */
export function base64Encode(bytes: Uint8Array): string {
  return encode(bytes, 0x2b, 0x2f, true);
}

/** The base64url text of `bytes`, without padding, as JOSE and most URLs want it (RFC 7515 §2). */
export function base64UrlEncode(bytes: Uint8Array): string {
  return encode(bytes, 0x2d, 0x5f, false);
}

/**
 * The bytes of a base64 text. Null when it is not exactly what an encoder writes: a character outside the alphabet (white
 * space and line breaks included), missing or misplaced padding, bits set that no byte has (RFC 4648 §3.2, §3.3, §3.5).
 */
export function base64Decode(text: string): Uint8Array | null {
  if (text.length & 3) return null;
  return decode(text, text.length - paddingSize(text), 0x2b, 0x2f);
}

/**
 * The bytes of a base64url text. The padding may be left out, as RFC 4648 §5 allows where the length is known; if it is there,
 * it must be complete. Null for anything else that `base64Decode` would refuse.
 */
export function base64UrlDecode(text: string): Uint8Array | null {
  const padding = paddingSize(text);
  if (padding > 0 && text.length & 3) return null;
  return decode(text, text.length - padding, 0x2d, 0x5f);
}

/** How many of the last two characters are "=". */
function paddingSize(text: string): i32 {
  const length = text.length;
  if (length == 0 || text.charCodeAt(length - 1) != 0x3d) return 0;
  return length > 1 && text.charCodeAt(length - 2) == 0x3d ? 2 : 1;
}

function encode(bytes: Uint8Array, plus: u32, slash: u32, padded: bool): string {
  const size = bytes.length;
  const rest = size % 3;
  const whole = size - rest;
  const length = (size / 3) * 4 + (rest == 0 ? 0 : padded ? 4 : rest + 1);
  const units = new StaticArray<u16>(length);
  let source = bytes.dataStart;
  // Behind this: every access to `source` lies before `end` and then at most two bytes further, inside `bytes`; what is
  // written is `length` units, by the computation above.
  const end = source + whole;
  let out = changetype<usize>(units);
  while (source < end) {
    const three =
      ((<u32>load<u8>(source)) << 16) | ((<u32>load<u8>(source, 1)) << 8) | (<u32>load<u8>(source, 2));
    store<u16>(out, letter(three >> 18, plus, slash), 0);
    store<u16>(out, letter((three >> 12) & 63, plus, slash), 2);
    store<u16>(out, letter((three >> 6) & 63, plus, slash), 4);
    store<u16>(out, letter(three & 63, plus, slash), 6);
    source += 3;
    out += 8;
  }
  if (rest > 0) {
    const last = ((<u32>load<u8>(source)) << 16) | (rest == 2 ? (<u32>load<u8>(source, 1)) << 8 : 0);
    store<u16>(out, letter(last >> 18, plus, slash), 0);
    store<u16>(out, letter((last >> 12) & 63, plus, slash), 2);
    if (rest == 2) store<u16>(out, letter((last >> 6) & 63, plus, slash), 4);
    else if (padded) store<u16>(out, 0x3d, 4);
    if (padded) store<u16>(out, 0x3d, 6);
  }
  return String.UTF16.decodeUnsafe(changetype<usize>(units), (<usize>length) << 1);
}

function letter(sextet: u32, plus: u32, slash: u32): u32 {
  return sextet < 62 ? <u32>load<u8>(STANDARD + sextet) : sextet == 62 ? plus : slash;
}

/** Decodes the first `length` characters, which have no padding. */
function decode(text: string, length: i32, plus: u32, slash: u32): Uint8Array | null {
  const rest = length & 3;
  // One character carries six bits: not a byte.
  if (rest == 1) return null;
  const bytes = new Uint8Array((length >> 2) * 3 + (rest == 0 ? 0 : rest - 1));
  let out = bytes.dataStart;
  let collected: u32 = 0;
  for (let i = 0; i < length; ++i) {
    const value = sextet(<u32>text.charCodeAt(i), plus, slash);
    if (value > 63) return null;
    collected = (collected << 6) | value;
    if ((i & 3) != 3) continue;
    // Inside `bytes`: three bytes for each four characters.
    store<u8>(out, collected >> 16);
    store<u8>(out, collected >> 8, 1);
    store<u8>(out, collected, 2);
    out += 3;
    collected = 0;
  }
  if (rest == 2) {
    if (collected & 0xf) return null;
    store<u8>(out, collected >> 4);
  } else if (rest == 3) {
    if (collected & 0x3) return null;
    store<u8>(out, collected >> 10);
    store<u8>(out, collected >> 2, 1);
  }
  return bytes;
}

/** The six bits of a character; more than 63 when it has none. */
// @ts-ignore: decorator
@inline
function sextet(unit: u32, plus: u32, slash: u32): u32 {
  if (unit - 0x61 < 26) return unit - 0x61 + 26;
  if (unit - 0x41 < 26) return unit - 0x41;
  if (unit - 0x30 < 10) return unit - 0x30 + 52;
  return unit == plus ? 62 : unit == slash ? 63 : 64;
}
