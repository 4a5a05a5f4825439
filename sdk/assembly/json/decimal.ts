// Between decimal text and doubles, exactly: what is read is the nearest double (ties to even), and what is written reads back
// as the same double. The standard library's way costs 8 kB of tables and is not exact.

import { Natural } from "./natural";
import { isDigit } from "./scan";

/** Digits behind these change nothing but whether the number lies above a midpoint between two doubles. */
const MAX_DIGITS: i32 = 800;
/** Far beyond every double, and far from overflowing. */
const MAX_EXPONENT: i32 = 1_000_000_000;

const POWERS_OF_TEN: StaticArray<f64> = [
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
  1e20, 1e21, 1e22,
];

/** The double nearest to a valid JSON number without a sign; infinite beyond the largest. */
export function nearestDouble(start: usize, end: usize): f64 {
  /** The first digits as a number, how many there are, and the power of ten that they stand for. */
  let first: u64 = 0;
  let count = 0;
  let exponent: i64 = 0;
  let at = start;
  let fraction = false;
  for (; at < end; ++at) {
    const byte = load<u8>(at);
    if (byte == 0x2e) {
      fraction = true;
      continue;
    }
    if (!isDigit(byte)) break;
    if (fraction) --exponent;
    if (count > 0 || byte != 0x30) {
      ++count;
      if (count <= 19) first = first * 10 + (byte - 0x30);
    }
  }
  const digitsEnd = at;
  if (at < end) exponent += exponentAt(at + 1, end);

  if (count == 0) return 0;
  // Both are doubles, and one operation rounds once.
  if (count <= 19 && first <= (<u64>1) << 53) {
    if (exponent >= 0 && exponent <= 22) return <f64>first * unchecked(POWERS_OF_TEN[<i32>exponent]);
    if (exponent < 0 && exponent >= -22) return <f64>first / unchecked(POWERS_OF_TEN[-(<i32>exponent)]);
  }
  if (exponent + count > 310) return Infinity;
  if (exponent + count < -330) return 0;

  const digits = new Natural();
  let taken = 0;
  let more = false;
  for (at = start; at < digitsEnd; ++at) {
    const byte = load<u8>(at);
    if (byte == 0x2e || (taken == 0 && byte == 0x30)) continue;
    if (taken < MAX_DIGITS) {
      digits.multiplyAdd(10, byte - 0x30);
      ++taken;
    } else if (byte != 0x30) {
      more = true;
    }
  }
  return nearest(digits, <i32>(exponent + (count - taken)), more);
}

/** The number behind `e`. */
function exponentAt(at: usize, end: usize): i32 {
  const sign = load<u8>(at);
  let exponent = 0;
  for (let digit = isDigit(sign) ? at : at + 1; digit < end; ++digit) {
    if (exponent < MAX_EXPONENT / 10) exponent = exponent * 10 + (load<u8>(digit) - 0x30);
  }
  return sign == 0x2d ? -exponent : exponent;
}

/** The double nearest to `digits * 10^exponent`, or to a little `more`. Changes `digits`. */
function nearest(digits: Natural, exponent: i32, more: bool): f64 {
  // A quotient of at least 64 bits: the scale is a power of two that the division leaves behind.
  let scale = 0;
  if (exponent < 0) {
    const limbs = max(0, ((-exponent * 107) >> 5) + 96 - digits.bitLength) >> 5;
    digits.shiftLimbs(limbs);
    scale = -32 * limbs;
  }
  if (digits.scale(exponent)) more = true;

  const length = digits.bitLength;
  if (length == 0) return 0;
  /** The power of two of the first bit. */
  const leading = length - 1 + scale;
  if (leading > 1023) return Infinity;
  // Below 2^-1022 a double has fewer than 53 bits.
  const precision = leading >= -1022 ? 53 : 53 + leading + 1022;
  if (precision < 0) return 0;
  const shift = length - precision;
  let mantissa: u64;
  if (shift <= 0) {
    mantissa = digits.above(0) << (<u64>-shift);
  } else {
    mantissa = digits.above(shift);
    const half = (digits.above(shift - 1) & 1) != 0;
    if (half && ((mantissa & 1) != 0 || more || digits.anyBelow(shift - 1))) ++mantissa;
  }
  // A carry out of the mantissa counts the exponent up, as it should.
  const bits = leading >= -1022 ? ((<u64>(leading + 1022)) << 52) + mantissa : mantissa;
  return reinterpret<f64>(bits);
}

/**
 * The JSON text of a double that reads back as the same, with at most 17 digits; whole numbers below 10^21 without an exponent. NaN and
 * the infinities, which JSON cannot express, are `null`.
 */
export function doubleText(value: f64): string {
  if (!isFinite(value)) return "null";
  if (value == 0) return "0";
  const sign = value < 0 ? "-" : "";
  const positive = abs(value);
  if (positive < 9007199254740992 && positive == floor(positive)) return sign + `${<u64>positive}`;

  const bits = reinterpret<u64>(positive);
  const biased = <i32>(bits >> 52);
  const fraction = bits & 0xf_ffff_ffff_ffff;
  const mantissa = biased == 0 ? fraction : fraction | 0x10_0000_0000_0000;
  const power = (biased == 0 ? 1 : biased) - 1075;
  // log10(2) is 0.30103; a guess, to be corrected.
  const guess = <i32>floor(<f64>(63 - <i32>clz(mantissa) + power) * 0.30102999566398);
  let digits: u64 = 0;
  let exponent = 0;
  for (let count = 15; count <= 17; ++count) {
    exponent = guess - count + 1;
    digits = decimalDigits(mantissa, power, -exponent);
    if (digits >= <u64>unchecked(POWERS_OF_TEN[count])) digits = decimalDigits(mantissa, power, -++exponent);
    if (count < 17 && decimalValue(digits, exponent) == positive) break;
  }
  return sign + layOut(digits, exponent);
}

function decimalValue(digits: u64, exponent: i32): f64 {
  const number = new Natural();
  number.multiplyAdd(1, <u32>(digits / 1_000_000_000));
  number.multiplyAdd(1_000_000_000, <u32>(digits % 1_000_000_000));
  return nearest(number, exponent, false);
}

/** `mantissa * 2^power * 10^scale`, rounded to a whole number. */
function decimalDigits(mantissa: u64, power: i32, scale: i32): u64 {
  const number = new Natural();
  number.multiplyAdd(1, <u32>(mantissa >> 32));
  number.shiftLimbs(1);
  number.multiplyAdd(1, <u32>mantissa);
  // One bit more than needed, to round.
  const shift = power + 1;
  if (shift > 0) {
    number.shiftLimbs(shift >> 5);
    number.multiplyAdd((<u32>1) << ((<u32>shift) & 31), 0);
  }
  number.scale(scale);
  return (number.above(max(0, -shift)) + 1) >> 1;
}

function layOut(digits: u64, exponent: i32): string {
  while (digits % 10 == 0) {
    digits /= 10;
    ++exponent;
  }
  const text = `${digits}`;
  /** Where the point stands, from the left. */
  const point = text.length + exponent;
  if (exponent >= 0 && point <= 21) return text + "0".repeat(exponent);
  if (point > 0 && exponent < 0) return text.substring(0, point) + "." + text.substring(point);
  if (point > -6 && point <= 0) return "0." + "0".repeat(-point) + text;
  const rest = text.length > 1 ? "." + text.substring(1) : "";
  return text.charAt(0) + rest + (point > 0 ? "e+" : "e-") + `${abs(point - 1)}`;
}
