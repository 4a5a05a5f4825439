/** The value of a hexadecimal digit of either case; more than 15 when it is none. */
export function hexValue(unit: u32): u32 {
  if (unit - 0x30 < 10) return unit - 0x30;
  const lower = unit | 0x20;
  return lower - 0x61 < 6 ? lower - 0x57 : 16;
}

/** Two hexadecimal digits in lower case for each byte (RFC 4648 §8 in its usual spelling). */
export function hexEncode(bytes: Uint8Array): string {
  const length = bytes.length;
  const units = new StaticArray<u16>(length << 1);
  for (let i = 0; i < length; ++i) {
    const byte = <u32>unchecked(bytes[i]);
    unchecked((units[i << 1] = <u16>digit(byte >> 4)));
    unchecked((units[(i << 1) + 1] = <u16>digit(byte & 15)));
  }
  return String.UTF16.decodeUnsafe(changetype<usize>(units), (<usize>length) << 2);
}

/** The bytes of hexadecimal digits in either case; null when their number is odd or something else is among them. */
export function hexDecode(text: string): Uint8Array | null {
  if (text.length & 1) return null;
  const bytes = new Uint8Array(text.length >> 1);
  for (let i = 0; i < bytes.length; ++i) {
    const high = hexValue(text.charCodeAt(i << 1));
    const low = hexValue(text.charCodeAt((i << 1) + 1));
    if ((high | low) > 15) return null;
    unchecked((bytes[i] = <u8>((high << 4) | low)));
  }
  return bytes;
}

function digit(value: u32): u32 {
  return value < 10 ? 0x30 + value : 0x57 + value;
}
