/** Whether a text is the name of a header, a token (RFC 9110 §5.6.2), or a pseudo header: a colon and a token. */
export function isHeaderName(text: string): bool {
  const start = text.startsWith(":") ? 1 : 0;
  for (let i = start; i < text.length; ++i) {
    if (!isTokenUnit(text.charCodeAt(i))) return false;
  }
  return text.length > start;
}

function isTokenUnit(unit: i32): bool {
  if ((unit >= 0x30 && unit <= 0x39) || ((unit | 0x20) >= 0x61 && (unit | 0x20) <= 0x7a)) return true;
  // ! # $ % & ' * + - . ^ _ ` | ~
  return (
    unit == 0x21 ||
    (unit >= 0x23 && unit <= 0x27) ||
    unit == 0x2a ||
    unit == 0x2b ||
    unit == 0x2d ||
    unit == 0x2e ||
    (unit >= 0x5e && unit <= 0x60) ||
    unit == 0x7c ||
    unit == 0x7e
  );
}
