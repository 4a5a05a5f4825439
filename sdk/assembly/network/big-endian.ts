/** The 16-bit number at a place, most significant byte first (network byte order). 0 where the bytes end before it does. */
export function bigEndian16(bytes: Uint8Array, at: u32): u32 {
  if (<u64>at + 2 > <u64>bytes.length) return 0;
  return ((<u32>bytes[at]) << 8) | (<u32>bytes[at + 1]);
}

/** The 32-bit number at a place, most significant byte first (network byte order). 0 where the bytes end before it does. */
export function bigEndian32(bytes: Uint8Array, at: u32): u32 {
  if (<u64>at + 4 > <u64>bytes.length) return 0;
  return (bigEndian16(bytes, at) << 16) | bigEndian16(bytes, at + 2);
}

/** Writes a 16-bit number, most significant byte first. False: the bytes end before it does; nothing was written. */
export function setBigEndian16(bytes: Uint8Array, at: u32, value: u32): bool {
  if (<u64>at + 2 > <u64>bytes.length) return false;
  bytes[at] = <u8>(value >> 8);
  bytes[at + 1] = <u8>value;
  return true;
}

/** Writes a 32-bit number, most significant byte first. False: the bytes end before it does; nothing was written. */
export function setBigEndian32(bytes: Uint8Array, at: u32, value: u32): bool {
  return (
    <u64>at + 4 <= <u64>bytes.length &&
    setBigEndian16(bytes, at, value >> 16) &&
    setBigEndian16(bytes, at + 2, value)
  );
}
