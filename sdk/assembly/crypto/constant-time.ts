/**
 * Whether two byte sequences are equal, in a time that depends on their lengths and not on what they hold: for signatures,
 * keys and tokens, where a comparison that stops at the first difference tells an attacker how far a guess was right. That the
 * lengths differ is not hidden.
 */
export function constantTimeEquals(a: Uint8Array, b: Uint8Array): bool {
  if (a.length != b.length) return false;
  let difference: u32 = 0;
  for (let i = 0; i < a.length; ++i) difference |= unchecked(a[i]) ^ unchecked(b[i]);
  return difference == 0;
}

/** `constantTimeEquals` for text, such as an API key from a header. */
export function constantTimeEqualsText(a: string, b: string): bool {
  if (a.length != b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; ++i) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference == 0;
}
