// From the inside of a string's quotes, known to be valid JSON, to what it says.

import { decode } from "../abi/text";
import { hexUnit } from "./scan";

/** The text between the quotes. */
export function unquote(start: usize, end: usize): string {
  if (!hasEscape(start, end)) return decode(start, end - start);
  const bytes = stringBytes(start, end);
  return decode(bytes.dataStart, bytes.length);
}

/** The UTF-8 of the text between the quotes. */
export function stringBytes(start: usize, end: usize): Uint8Array {
  // No escape is shorter than the UTF-8 of what it stands for.
  const bytes = new Uint8Array(<i32>(end - start));
  const size = <i32>(unescapeTo(bytes.dataStart, start, end) - bytes.dataStart);
  return size == bytes.length ? bytes : bytes.subarray(0, size);
}

function hasEscape(at: usize, end: usize): bool {
  for (; at < end; ++at) {
    if (load<u8>(at) == 0x5c) return true;
  }
  return false;
}

/** Writes the text at `out` and gives the address behind it. */
function unescapeTo(out: usize, at: usize, end: usize): usize {
  while (at < end) {
    const byte = load<u8>(at);
    if (byte != 0x5c) {
      store<u8>(out++, byte);
      ++at;
      continue;
    }
    const kind = load<u8>(at + 1);
    if (kind != 0x75) {
      store<u8>(out++, unescape(kind));
      at += 2;
      continue;
    }
    let code = <u32>hexUnit(at + 2, end);
    at += 6;
    if ((code & 0xfc00) == 0xd800) {
      code = 0x10000 + ((code & 0x3ff) << 10) + (hexUnit(at + 2, end) & 0x3ff);
      at += 6;
    }
    out = writeCharacter(out, code);
  }
  return out;
}

function unescape(kind: u8): u8 {
  switch (kind) {
    case 0x62:
      return 0x08;
    case 0x66:
      return 0x0c;
    case 0x6e:
      return 0x0a;
    case 0x72:
      return 0x0d;
    case 0x74:
      return 0x09;
    default:
      return kind;
  }
}

function writeCharacter(out: usize, code: u32): usize {
  if (code < 0x80) {
    store<u8>(out, code);
    return out + 1;
  }
  if (code < 0x800) {
    store<u8>(out, 0xc0 | (code >> 6));
    store<u8>(out + 1, 0x80 | (code & 0x3f));
    return out + 2;
  }
  if (code < 0x10000) {
    store<u8>(out, 0xe0 | (code >> 12));
    store<u8>(out + 1, 0x80 | ((code >> 6) & 0x3f));
    store<u8>(out + 2, 0x80 | (code & 0x3f));
    return out + 3;
  }
  store<u8>(out, 0xf0 | (code >> 18));
  store<u8>(out + 1, 0x80 | ((code >> 12) & 0x3f));
  store<u8>(out + 2, 0x80 | ((code >> 6) & 0x3f));
  store<u8>(out + 3, 0x80 | (code & 0x3f));
  return out + 4;
}
