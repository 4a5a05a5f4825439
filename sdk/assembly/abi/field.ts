// What may stand in a header field. The host checks nothing when a field is written: a bad one becomes a 503 of the router
// later, or worse on the wire (abi.md 5.6).

/** tchar of RFC 9110 §5.6.2 among the first 64 and the last 64 characters of ASCII, one bit each. */
const TOKEN_LOW: u64 = 0x03ff_6cfa_0000_0000;
const TOKEN_HIGH: u64 = 0x57ff_ffff_c7ff_fffe;

/** Whether bytes are a field name: a token, or a colon and a token for a pseudo header. Unsafe: the range must be valid. */
export function isFieldName(data: usize, size: usize): bool {
  const end = data + size;
  if (load<u8>(data) == 0x3a) ++data;
  if (data >= end) return false;
  for (; data < end; ++data) {
    const byte = <u64>load<u8>(data);
    const allowed = byte < 64 ? TOKEN_LOW : byte < 128 ? TOKEN_HIGH : 0;
    // The shift takes the byte's lowest six bits.
    if (!((allowed >> byte) & 1)) return false;
  }
  return true;
}

/**
 * Whether bytes are a field value: no control character but the tab (RFC 9110 §5.5). The value of a pseudo header is a piece of
 * HTTP/1's start line: there must be some, and no space or tab among them. Unsafe: the range must be valid.
 */
export function isFieldValue(data: usize, size: usize, pseudo: bool): bool {
  if (size < <usize>pseudo) return false;
  const space: u32 = 0x20 + <u32>pseudo;
  for (const end = data + size; data < end; ++data) {
    const byte = <u32>load<u8>(data);
    if (byte < space ? pseudo || byte != 0x09 : byte == 0x7f) return false;
  }
  return true;
}

/** Whether a field name that is valid belongs to a pseudo header. Unsafe: it must have a byte. */
export function isPseudo(name: usize): bool {
  return load<u8>(name) == 0x3a;
}

/**
 * Whether a pseudo header may have this value. `:status`, the only name with a t in third place, is 200 to 599: what Envoy does with others
 * is not defined. Unsafe: the ranges must be valid, and the byte behind them readable.
 */
export function isPseudoValue(name: usize, data: usize, size: usize): bool {
  if (load<u8>(name, 2) != 0x74) return true;
  if (size != 3) return false;
  // Three digits at once: a sum has its high bit where a byte is above 5, 9, 9, a difference where one is below 2, 0, 0.
  const digits = load<u32>(data) & 0xff_ffff;
  return (((digits + 0x46_464a) | (digits - 0x30_3032)) & 0x80_8080) == 0;
}
