/**
 * An IP address. An IPv4 address and its IPv4-mapped form (::ffff:192.0.2.1, RFC 4291 §2.5.5.2) are the same address: or else
 * a rule for one could be passed by writing the other.
 */
export class IpAddress {
  /** The 128 bits in two halves; an IPv4 address is its mapped form. */
  constructor(
    /** The first 64 bits. */
    readonly high: u64,
    /** The last 64 bits; of an IPv4 address the last 32 are the address. */
    readonly low: u64,
  ) {}

  /**
   * Reads "192.0.2.1" (four decimal numbers without leading zeros, which some readers take for octal) or an IPv6 address (RFC 4291
   * §2.2, with "::" and a dotted tail). Null for anything else: a zone ("%eth0"), brackets, a port, white space.
   */
  static parse(text: string): IpAddress | null {
    return text.indexOf(":") < 0 ? parseIpv4(text) : parseIpv6(text);
  }

  /** Whether it is an IPv4 address, mapped ones included. */
  get isIpv4(): bool {
    return this.high == 0 && this.low >> 32 == 0xffff;
  }

  /** Whether both are the same address. */
  equals(other: IpAddress): bool {
    return this.high == other.high && this.low == other.low;
  }

  /** "192.0.2.1", or the IPv6 address in its one canonical form (RFC 5952). */
  toString(): string {
    return this.isIpv4 ? formatIpv4(<u32>this.low) : formatIpv6(this);
  }

  /** The 16-bit group at `index`, 0–7. */
  group(index: i32): u32 {
    const half = index < 4 ? this.high : this.low;
    return (<u32>(half >> ((3 - (index & 3)) << 4))) & 0xffff;
  }
}

/** The 32 bits of four decimal numbers in `text[start..end)`; -1 when they are not there. */
function readIpv4(text: string, start: i32, end: i32): i64 {
  let bits: u32 = 0;
  let at = start;
  for (let i = 0; i < 4; ++i) {
    if (i > 0 && (at >= end || text.charCodeAt(at++) != 0x2e)) return -1;
    const first = at;
    let value: u32 = 0;
    while (at < end && at - first < 4) {
      const digit = <u32>text.charCodeAt(at) - 0x30;
      if (digit > 9) break;
      value = value * 10 + digit;
      ++at;
    }
    const digits = at - first;
    if (digits == 0 || value > 255 || (digits > 1 && text.charCodeAt(first) == 0x30)) return -1;
    bits = (bits << 8) | value;
  }
  return at == end ? <i64>bits : -1;
}

function parseIpv4(text: string): IpAddress | null {
  const bits = readIpv4(text, 0, text.length);
  return bits < 0 ? null : new IpAddress(0, 0xffff_0000_0000 | (<u64>bits));
}

function parseIpv6(text: string): IpAddress | null {
  const end = text.length;
  // Groups before "::" are collected in `high` and `low` from the right, those behind it too; then the former are moved left.
  let high: u64 = 0;
  let low: u64 = 0;
  let count = 0;
  let gap = -1;
  let at = 0;
  if (end >= 2 && text.charCodeAt(0) == 0x3a) {
    if (text.charCodeAt(1) != 0x3a) return null;
    gap = 0;
    at = 2;
  }
  while (at < end) {
    const start = at;
    let value: u64 = 0;
    while (at < end && at - start < 4) {
      const digit = hexValue(<u32>text.charCodeAt(at));
      if (digit > 15) break;
      value = (value << 4) | digit;
      ++at;
    }
    if (at < end && text.charCodeAt(at) == 0x2e) {
      // The last 32 bits in dotted form.
      const tail = readIpv4(text, start, end);
      if (tail < 0 || count > 6) return null;
      high = (high << 32) | (low >> 32);
      low = (low << 32) | (<u64>tail);
      count += 2;
      at = end;
      break;
    }
    if (at == start || count == 8) return null;
    high = (high << 16) | (low >> 48);
    low = (low << 16) | value;
    ++count;
    if (at == end) break;
    if (text.charCodeAt(at++) != 0x3a) return null;
    // A single ":" may not end the text.
    if (at == end) return null;
    if (text.charCodeAt(at) == 0x3a) {
      if (gap >= 0) return null;
      gap = count;
      ++at;
    }
  }
  if (gap < 0) return count == 8 ? new IpAddress(high, low) : null;
  // "::" stands for at least one group of zeros.
  if (count > 7) return null;
  return spread(high, low, count - gap, 8 - count);
}

/** Moves what is left of the last `tail` groups left by `shift` groups. */
function spread(high: u64, low: u64, tail: i32, shift: i32): IpAddress {
  const tailHigh = tail > 4 ? high & lowGroups(tail - 4) : 0;
  const tailLow = tail >= 4 ? low : low & lowGroups(tail);
  let headHigh = high ^ tailHigh;
  let headLow = low ^ tailLow;
  for (let i = 0; i < shift; ++i) {
    headHigh = (headHigh << 16) | (headLow >> 48);
    headLow <<= 16;
  }
  return new IpAddress(headHigh | tailHigh, headLow | tailLow);
}

/** A mask of the last `count` of four groups. */
function lowGroups(count: i32): u64 {
  return count >= 4 ? u64.MAX_VALUE : ((<u64>1) << (count << 4)) - 1;
}

function hexValue(unit: u32): u32 {
  if (unit - 0x30 < 10) return unit - 0x30;
  const lower = unit | 0x20;
  return lower - 0x61 < 6 ? lower - 0x57 : 16;
}

function formatIpv4(bits: u32): string {
  return `${bits >> 24}.${(bits >> 16) & 255}.${(bits >> 8) & 255}.${bits & 255}`;
}

function formatIpv6(address: IpAddress): string {
  // The first of the longest runs of at least two groups of zeros becomes "::".
  let longest = 1;
  let gap = -1;
  for (let i = 0; i < 8; ++i) {
    let run = 0;
    while (i + run < 8 && address.group(i + run) == 0) ++run;
    if (run > longest) {
      longest = run;
      gap = i;
    }
    i += run;
  }
  let text = "";
  for (let i = 0; i < 8; ++i) {
    if (i == gap) {
      text += "::";
      i += longest - 1;
      continue;
    }
    if (i > 0 && !(gap >= 0 && i == gap + longest)) text += ":";
    text += hex(address.group(i));
  }
  return text;
}

/** The digits of a group without leading zeros. */
function hex(group: u32): string {
  let text = "";
  do {
    text = "0123456789abcdef".charAt(group & 15) + text;
    group >>= 4;
  } while (group > 0);
  return text;
}
