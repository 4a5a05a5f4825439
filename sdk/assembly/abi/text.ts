// Text in and out of the arena.
//
// The host's bytes are not always UTF-8: a header value is any sequence of octets (RFC 9110 §5.5). A byte that
// belongs to no valid UTF-8 sequence becomes one lone surrogate U+DC80–U+DCFF, which no valid text contains, and
// goes back out as that byte. So every value survives being read, compared, copied and written.

import { reserve, shrink } from "./arena";

/** A piece of memory. Two globals instead of an object: nothing on the way of a header allocates. */
export let encodedSize: usize = 0;

/** Encodes `text` into the arena; its size is in `encodedSize`. 0: no memory. Unsafe: valid for this callback. */
export function encode(text: string): usize {
  const units = <usize>text.length;
  // A UTF-16 unit takes at most three bytes of UTF-8.
  const start = reserve(units * 3);
  encodedSize = 0;
  if (!start) return 0;
  encodedSize = encodeTo(start, text);
  shrink(start + encodedSize);
  return start;
}

/** Writes the bytes of `text` at `out`, at most three for each UTF-16 unit; gives their number. Unsafe. */
export function encodeTo(out: usize, text: string): usize {
  const start = out;
  let source = changetype<usize>(text);
  const end = source + ((<usize>text.length) << 1);
  while (source < end) {
    let code = <u32>load<u16>(source);
    source += 2;
    // How many bytes follow the first one.
    let more: u32 = 0;
    if (code >= 0x80) {
      more = code < 0x800 ? 1 : 2;
      if ((code & 0xfc00) == 0xd800 && source < end && (load<u16>(source) & 0xfc00) == 0xdc00) {
        code = 0xfca0_2400 + (code << 10) + <u32>load<u16>(source);
        source += 2;
        more = 3;
      } else if (code - 0xdc80 < 0x80) {
        // A byte that was no text when it came in.
        more = 0;
      }
    }
    // 0, 110, 1110 and 11110: the bits that say how many bytes follow.
    store<u8>(out++, more == 0 ? code : (0xf80 >> more) | (code >> (6 * more)));
    while (more > 0) store<u8>(out++, 0x80 | ((code >> (6 * --more)) & 0x3f));
  }
  return out - start;
}

/** Whether `size` bytes at `data` are this text. Unsafe: the range must be valid. */
export function isText(data: usize, size: usize, text: string): bool {
  let other = encode(text);
  if (encodedSize != size) return false;
  for (const end = data + size; data < end; ++data, ++other) {
    if (load<u8>(data) != load<u8>(other)) return false;
  }
  return true;
}

/** The string of `size` bytes at `data`. Unsafe: the range must be valid. */
export function decode(data: usize, size: usize): string {
  // A byte gives at most one UTF-16 unit.
  const start = reserve(size << 1);
  if (!start) return "";
  const end = data + size;
  let out = start;
  while (data < end) {
    // Four ASCII characters at once: each byte becomes a unit.
    while (end - data >= 4) {
      const four = <u64>load<u32>(data);
      if ((four & 0x8080_8080) != 0) break;
      const two = (four | (four << 16)) & 0x0000_ffff_0000_ffff;
      store<u64>(out, (two | (two << 8)) & 0x00ff_00ff_00ff_00ff);
      data += 4;
      out += 8;
    }
    if (data == end) break;
    const lead = <u32>load<u8>(data);
    const length = sequenceLength(data, end);
    data += length;
    if (length == 1) {
      store<u16>(out, lead < 0x80 ? lead : 0xdc00 | lead);
      out += 2;
      continue;
    }
    let code = lead & (0x7f >> (<u32>length));
    for (let at = data - length + 1; at < data; ++at) code = (code << 6) | ((<u32>load<u8>(at)) & 0x3f);
    if (code < 0x10000) {
      store<u16>(out, code);
      out += 2;
    } else {
      store<u16>(out, 0xd7c0 + (code >> 10));
      store<u16>(out + 2, 0xdc00 | (code & 0x3ff));
      out += 4;
    }
  }
  const text = String.UTF16.decodeUnsafe(start, out - start);
  shrink(start);
  return text;
}

/**
 * How many bytes the character at `data` takes: 1 for ASCII and for a byte that starts no valid UTF-8 sequence,
 * else 2–4 (RFC 3629 §4: no overlong forms, no surrogates, nothing above U+10FFFF). Unsafe: `data < end`.
 */
export function sequenceLength(data: usize, end: usize): usize {
  const lead = <u32>load<u8>(data);
  if (lead < 0xc2 || lead > 0xf4) return 1;
  const length: usize = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (length > end - data) return 1;
  const second = <u32>load<u8>(data + 1);
  const lowest: u32 = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  const highest: u32 = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  if (second < lowest || second > highest) return 1;
  for (let at: usize = 2; at < length; ++at) {
    if ((load<u8>(data + at) & 0xc0) != 0x80) return 1;
  }
  return length;
}

/** The text of `bytes[start..end)`, of a range that must lie inside. */
export function decodeRange(bytes: Uint8Array, start: i32, end: i32): string {
  return decode(bytes.dataStart + start, end - start);
}

/** How many bytes the character at `bytes[at]` takes; see `sequenceLength`. `at` must lie inside. */
export function characterLength(bytes: Uint8Array, at: i32): i32 {
  return <i32>sequenceLength(bytes.dataStart + at, bytes.dataStart + bytes.length);
}

/** The bytes of a text. */
export function encodeBytes(text: string): Uint8Array {
  const data = encode(text);
  const copy = new Uint8Array(<i32>encodedSize);
  memory.copy(copy.dataStart, data, encodedSize);
  return copy;
}
