// The strict grammar of JSON (RFC 8259) over raw bytes: one loop, no recursion, no object. Whoever calls gives a range
// `at..end` of readable memory; every load below stands behind a comparison with `end`. What is wrong, and where, is left in
// globals: nothing here allocates.

import { sequenceLength } from "../abi/text";
import { JsonError } from "./json-error";

/** Deeper nesting is refused: readers with a stack of their own, behind this one, would overflow it. */
export const MAX_DEPTH: i32 = 256;

/** What is wrong with the last text; `None` when nothing is. */
export let error: JsonError = JsonError.None;
/** The address of what is wrong. */
export let errorAt: usize = 0;
/** After an error in a string: the address of the character or escape in which it is. All before it is good. */
export let unitAt: usize = 0;

/** Where the value of the last good document begins. */
export let rootStart: usize = 0;
/** The address behind the value of the last good document. */
export let rootEnd: usize = 0;
/** Which `nameBit`s occur among the names of the root's own members; all bits when a name has an escape. */
export let rootNames: u64 = 0;

/** Which of the open containers are objects: a byte for each level. */
const openObjects = memory.data(256);

/** Tab, line feed, carriage return and space, one bit each. */
const SPACES: u64 = 0x1_0000_2600;

// @ts-ignore: decorator
@inline
function isSpace(byte: u32): bool {
  return byte <= 0x20 && ((SPACES >> byte) & 1) != 0;
}

/** The address of the next byte that is no white space, or `end`. */
// @ts-ignore: decorator
@inline
export function skipSpace(at: usize, end: usize): usize {
  return at < end && load<u8>(at) <= 0x20 ? spaceEnd(at, end) : at;
}

function spaceEnd(at: usize, end: usize): usize {
  while (at < end && isSpace(load<u8>(at))) {
    ++at;
    while (end - at >= 8 && load<u64>(at) == 0x2020202020202020) at += 8;
  }
  return at;
}

/**
 * Whether `start..end` is one JSON value, nested at most `depthLimit` (≤ 256) deep, and white space. Then `rootStart`,
 * `rootEnd` and `rootNames` say where the value is; otherwise `error` and `errorAt`.
 */
export function scanDocument(start: usize, end: usize, depthLimit: i32): bool {
  let at = skipSpace(start, end);
  const root = at;
  let names: u64 = 0;
  let depth = 0;
  let inObject = false;
  error = JsonError.None;
  do {
    if (inObject) {
      at = skipSpace(at, end);
      if (at >= end || load<u8>(at) != 0x22) return fail(JsonError.NameDue, at);
      const name = at + 1;
      at = stringEnd(name, end);
      if (!at) return false;
      if (depth == 1) names |= escaped ? u64.MAX_VALUE : nameBit(name, at - 1 - name);
      at = skipSpace(at, end);
      if (at >= end || load<u8>(at) != 0x3a) return fail(JsonError.ColonDue, at);
      ++at;
    }
    at = skipSpace(at, end);
    if (at >= end) return fail(JsonError.EndsBeforeValue, at);

    const first = load<u8>(at);
    if (first == 0x22) {
      at = stringEnd(at + 1, end);
      if (!at) return false;
    } else if (first == 0x7b || first == 0x5b) {
      if (depth == depthLimit) return fail(JsonError.TooDeep, at);
      at = skipSpace(at + 1, end);
      // The bracket that closes is the one that opens plus two.
      if (at < end && load<u8>(at) == first + 2) {
        ++at;
      } else {
        inObject = first == 0x7b;
        store<u8>(openObjects + depth++, u8(inObject));
        continue;
      }
    } else {
      at = first <= 0x39 ? numberEnd(at, end) : wordEnd(at, end);
      if (!at) return false;
    }

    // Behind a value.
    while (depth > 0) {
      at = skipSpace(at, end);
      const next: u32 = at < end ? load<u8>(at) : 0;
      if (next == 0x2c) {
        ++at;
        break;
      }
      if (next != (inObject ? 0x7d : 0x5d)) {
        return fail(inObject ? JsonError.CommaOrBraceDue : JsonError.CommaOrBracketDue, at);
      }
      ++at;
      --depth;
      inObject = depth > 0 && load<u8>(openObjects + depth - 1) != 0;
    }
  } while (depth > 0);
  rootStart = root;
  rootEnd = at;
  rootNames = names;
  at = skipSpace(at, end);
  return at == end || fail(JsonError.TextAfterValue, at);
}

/** One of 64 bits for a name without escapes. Equal names have equal bits, so a bit that is missing proves an absence. */
export function nameBit(name: usize, size: usize): u64 {
  if (size == 0) return 1;
  const hash =
    <u32>load<u8>(name) * 31 +
    <u32>load<u8>(name + (size >> 1)) * 7 +
    <u32>load<u8>(name + size - 1) * 13 +
    <u32>size;
  return (<u64>1) << (hash & 63);
}

/** Whether the last string had an escape. */
export let escaped: bool = false;

/** The address behind the quote that closes a string whose content begins at `at`; 0: see `error`. */
// @ts-ignore: decorator
@inline
export function stringEnd(at: usize, end: usize): usize {
  escaped = false;
  at = plainEnd(at, end);
  return at < end && load<u8>(at) == 0x22 ? at + 1 : specialStringEnd(at, end);
}

/** The same as a call, for those for whom size counts more. */
export function calledStringEnd(at: usize, end: usize): usize {
  return stringEnd(at, end);
}

/** The address of the next quote, backslash, control character or byte above 0x7F; or `end`. */
// @ts-ignore: decorator
@inline
function plainEnd(at: usize, end: usize): usize {
  // Eight bytes at a time. Subtracting sets the top bit of a byte below 0x20, and of the byte that XOR made zero; it may also
  // set bits above such a byte, so only the lowest is sure, and only that is used.
  while (end - at >= 8) {
    const word = load<u64>(at);
    const special =
      ((word - 0x2020202020202020) |
        ((word ^ 0x2222222222222222) - 0x0101010101010101) |
        ((word ^ 0x5c5c5c5c5c5c5c5c) - 0x0101010101010101) |
        word) &
      0x8080808080808080;
    if (special) return at + ((<usize>ctz(special)) >> 3);
    at += 8;
  }
  while (at < end) {
    const byte = load<u8>(at);
    if (byte < 0x20 || byte == 0x22 || byte == 0x5c || byte >= 0x80) break;
    ++at;
  }
  return at;
}

/** The rest of a string, from something that is not plain. */
function specialStringEnd(at: usize, end: usize): usize {
  while (at < end) {
    unitAt = at;
    const byte = load<u8>(at);
    if (byte == 0x22) return at + 1;
    if (byte == 0x5c) {
      at = escapeEnd(at, end);
      if (!at) return 0;
      escaped = true;
    } else if (byte >= 0x80) {
      const length = sequenceLength(at, end);
      if (length == 1) return failAt(JsonError.NotUtf8, at);
      at += length;
      // Where one such character is, there are mostly more.
      continue;
    } else if (byte < 0x20) {
      return failAt(JsonError.ControlCharacter, at);
    }
    at = plainEnd(at, end);
  }
  unitAt = end;
  return failAt(JsonError.EndsInString, end);
}

/** The address behind an escape; surrogates must come in pairs. */
function escapeEnd(at: usize, end: usize): usize {
  if (end - at < 2) return failAt(JsonError.EndsInString, end);
  const kind = load<u8>(at + 1);
  if (kind != 0x75) {
    // " \ / b f n r t
    if (
      kind == 0x6e ||
      kind == 0x22 ||
      kind == 0x5c ||
      kind == 0x2f ||
      kind == 0x74 ||
      kind == 0x72 ||
      kind == 0x62 ||
      kind == 0x66
    ) {
      return at + 2;
    }
    return failAt(JsonError.UnknownEscape, at + 1);
  }
  const unit = hexUnit(at + 2, end);
  if (unit < 0) return failAt(JsonError.HexDigitsDue, at + 2);
  if ((unit & 0xf800) != 0xd800) return at + 6;
  if (unit >= 0xdc00 || end - at < 12 || load<u16>(at + 6) != 0x755c) {
    return failAt(JsonError.HalfSurrogatePair, at);
  }
  const low = hexUnit(at + 8, end);
  return (low & 0xfc00) == 0xdc00 && low >= 0 ? at + 12 : failAt(JsonError.HalfSurrogatePair, at + 6);
}

/** The value of the four hexadecimal digits at `at`; -1 when they are not there. */
export function hexUnit(at: usize, end: usize): i32 {
  if (end - at < 4) return -1;
  let unit = 0;
  for (let i: usize = 0; i < 4; ++i) {
    const digit = hexDigit(load<u8>(at + i));
    if (digit < 0) return -1;
    unit = (unit << 4) | digit;
  }
  return unit;
}

function hexDigit(byte: i32): i32 {
  if (isDigit(byte)) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

// @ts-ignore: decorator
@inline
export function isDigit(byte: u32): bool {
  return byte - 0x30 <= 9;
}

/** The address of the next byte that is no digit, or `end`. */
// @ts-ignore: decorator
@inline
function digitsEnd(at: usize, end: usize): usize {
  while (at < end && isDigit(load<u8>(at))) ++at;
  return at;
}

/** The address behind the number at `at`; 0: see `error`. `at < end`. */
export function numberEnd(at: usize, end: usize): usize {
  const first = load<u8>(at);
  if (first == 0x2d) ++at;
  else if (!isDigit(first)) return failAt(JsonError.ValueDue, at);

  let from = at;
  at = digitsEnd(at, end);
  if (at == from) return failAt(JsonError.DigitDue, at);
  // No digit may follow a leading zero.
  if (load<u8>(from) == 0x30) at = from + 1;
  if (at < end && load<u8>(at) == 0x2e) {
    from = at + 1;
    at = digitsEnd(from, end);
    if (at == from) return failAt(JsonError.DigitDue, at);
  }
  if (at < end && (load<u8>(at) | 0x20) == 0x65) {
    from = at + 1;
    if (from < end && (load<u8>(from) == 0x2b || load<u8>(from) == 0x2d)) ++from;
    at = digitsEnd(from, end);
    if (at == from) return failAt(JsonError.DigitDue, at);
  }
  return at;
}

/** The address behind `true`, `false` or `null`; 0: see `error`. `at < end`. */
export function wordEnd(at: usize, end: usize): usize {
  if (end - at >= 4) {
    const word = load<u32>(at);
    if (word == 0x65757274 || word == 0x6c6c756e) return at + 4;
    if (word == 0x736c6166 && end - at >= 5 && load<u8>(at + 4) == 0x65) return at + 5;
  }
  const first = load<u8>(at);
  const word = first == 0x74 ? "true" : first == 0x66 ? "false" : first == 0x6e ? "null" : "";
  let same = 0;
  while (same < word.length && at + same < end && word.charCodeAt(same) == load<u8>(at + same)) ++same;
  return failAt(JsonError.ValueDue, at + same);
}

function fail(reason: JsonError, at: usize): bool {
  error = reason;
  errorAt = at;
  return false;
}

/** The same, for functions that answer with an address. */
function failAt(reason: JsonError, at: usize): usize {
  fail(reason, at);
  return 0;
}
