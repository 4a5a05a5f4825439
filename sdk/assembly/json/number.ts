// From the text of a valid JSON number to a value.

import { nearestDouble } from "./decimal";
import { isDigit } from "./scan";

/** A whole number from `least` to `most`, exactly; `otherwise` for anything else. */
export function signedOf(at: usize, end: usize, least: i64, most: i64, otherwise: i64): i64 {
  const negative = load<u8>(at) == 0x2d;
  if (negative) ++at;
  const limit: u64 = negative ? 0x8000_0000_0000_0000 : 0x7fff_ffff_ffff_ffff;
  if (!readDigits(at, end) || digits > limit) return otherwise;
  const value = negative ? -(<i64>digits) : <i64>digits;
  return value < least || value > most ? otherwise : value;
}

/** A whole number up to `most`, exactly; `otherwise` for anything else. */
export function unsignedOf(at: usize, end: usize, most: u64, otherwise: u64): u64 {
  const negative = load<u8>(at) == 0x2d;
  if (!readDigits(negative ? at + 1 : at, end) || digits > most) return otherwise;
  return negative && digits != 0 ? otherwise : digits;
}

/** The nearest double; infinite beyond all doubles. */
export function doubleOf(at: usize, end: usize): f64 {
  const negative = load<u8>(at) == 0x2d;
  const value = nearestDouble(negative ? at + 1 : at, end);
  return negative ? -value : value;
}

/** What the last `readDigits` read. */
let digits: u64 = 0;

/** Reads digits and nothing else. False: there is something else, or more than 64 bits. */
function readDigits(at: usize, end: usize): bool {
  let value: u64 = 0;
  for (; at < end; ++at) {
    const byte = load<u8>(at);
    if (!isDigit(byte)) return false;
    const digit = <u64>(byte - 0x30);
    // u64.MAX_VALUE is 18446744073709551615.
    if (value > 1844674407370955161 || (value == 1844674407370955161 && digit > 5)) return false;
    value = value * 10 + digit;
  }
  digits = value;
  return true;
}
