import { decode, encodeTo } from "../abi/text";
import { GrowingBytes } from "../growing-bytes";

/**
 * A text as a JSON string, quotes included. What no UTF-8 can express, such as a stray octet of a header, becomes U+FFFD.
 */
export function quote(text: string): string {
  const bytes = new GrowingBytes();
  writeQuoted(bytes, text);
  const written = bytes.written();
  return decode(written.dataStart, written.length);
}

/** Writes the same as UTF-8. */
export function writeQuoted(bytes: GrowingBytes, text: string): void {
  bytes.push(0x22);
  let kept = 0;
  for (let at = 0; at < text.length; ++at) {
    const unit = text.charCodeAt(at);
    if (unit >= 0x20 && unit != 0x22 && unit != 0x5c && (unit & 0xf800) != 0xd800) continue;
    if ((unit & 0xfc00) == 0xd800 && at + 1 < text.length && (text.charCodeAt(at + 1) & 0xfc00) == 0xdc00) {
      ++at;
      continue;
    }
    writeText(bytes, text, kept, at);
    kept = at + 1;
    writeEscape(bytes, unit);
  }
  writeText(bytes, text, kept, text.length);
  bytes.push(0x22);
}

function writeText(bytes: GrowingBytes, text: string, start: i32, end: i32): void {
  if (start == end) return;
  const part = start == 0 && end == text.length ? text : text.substring(start, end);
  // A UTF-16 unit takes at most three bytes of UTF-8.
  const at = bytes.reserve(part.length * 3);
  bytes.advance(at + encodeTo(at, part));
}

function writeEscape(bytes: GrowingBytes, unit: i32): void {
  const at = bytes.reserve(6);
  if (unit >= 0xd800) {
    // U+FFFD
    store<u16>(at, 0xbfef);
    store<u8>(at + 2, 0xbd);
    bytes.advance(at + 3);
    return;
  }
  store<u8>(at, 0x5c);
  let short = unit;
  if (unit == 0x0a) short = 0x6e;
  else if (unit == 0x0d) short = 0x72;
  else if (unit == 0x09) short = 0x74;
  if (short >= 0x20) {
    store<u8>(at + 1, short);
    bytes.advance(at + 2);
    return;
  }
  store<u8>(at + 1, 0x75);
  store<u16>(at + 2, 0x3030);
  store<u8>(at + 4, unit < 16 ? 0x30 : 0x31);
  const digit = unit & 15;
  store<u8>(at + 5, digit + (digit < 10 ? 0x30 : 0x57));
  bytes.advance(at + 6);
}
