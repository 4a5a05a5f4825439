// What may stand in a header field. The host checks nothing when a field is written: a bad one becomes a 503 of the router
// later, or worse on the wire (abi.md 5.6).

/** tchar of RFC 9110 §5.6.2 among the first 64 and the last 64 characters of ASCII, one bit each. */
const TOKEN_LOW: u64 = 0x03ff_6cfa_0000_0000;
const TOKEN_HIGH: u64 = 0x57ff_ffff_c7ff_fffe;

/** Whether bytes are a field name: a token, or a colon and a token for a pseudo header. Unsafe: the range must be valid. */
export function isFieldName(data: usize, size: usize): bool {
  const end = data + size;
  if (size > 1 && load<u8>(data) == 0x3a) ++data;
  if (data == end) return false;
  for (; data < end; ++data) {
    const byte = load<u8>(data);
    const allowed = byte < 64 ? TOKEN_LOW : TOKEN_HIGH;
    if (byte > 127 || !((allowed >> (byte & 63)) & 1)) return false;
  }
  return true;
}

/** Whether bytes are a field value: no control character but the tab (RFC 9110 §5.5). Unsafe: the range must be valid. */
export function isFieldValue(data: usize, size: usize): bool {
  const end = data + size;
  for (; data < end; ++data) {
    const byte = load<u8>(data);
    if ((byte < 0x20 && byte != 0x09) || byte == 0x7f) return false;
  }
  return true;
}

/** Whether a field name that is valid belongs to a pseudo header. Unsafe: it must have a byte. */
export function isPseudo(name: usize): bool {
  return load<u8>(name) == 0x3a;
}

/**
 * Whether bytes may be the value of a pseudo header: a piece of HTTP/1's start line, so there must be some and no space among them; a
 * `:status`, the only name with a t in third place, is 200 to 599 (what Envoy does with others is not defined). Unsafe.
 */
export function isPseudoValue(name: usize, data: usize, size: usize): bool {
  const isStatus = load<u8>(name, 2) == 0x74;
  if (size == 0 || (isStatus && (size != 3 || <u32>load<u8>(data) - 0x32 > 3))) return false;
  for (const end = data + size; data < end; ++data) {
    const byte = <u32>load<u8>(data);
    if (byte <= 0x20 || byte == 0x7f || (isStatus && byte - 0x30 > 9)) return false;
  }
  return true;
}
