import { IpAddress } from "./ip-address";

/**
 * A block of addresses such as 10.0.0.0/8 or 2001:db8::/32 (RFC 4632 §3.1, RFC 4291 §2.3). IPv4 blocks hold IPv4 addresses and IPv6
 * blocks IPv6 ones: "::/0" holds no IPv4 address, not even a mapped one, except where the block lies inside ::ffff:0:0/96.
 */
export class Cidr {
  /** The first address of the block. */
  readonly first: IpAddress;

  private constructor(
    address: IpAddress,
    /** Bits of the prefix among the 128 of IPv6; an IPv4 prefix counts 96 more. */
    readonly prefixBits: i32,
  ) {
    this.first = masked(address, prefixBits);
  }

  /**
   * Reads "address/bits"; an address alone is a block of one. Bits behind the prefix may be set and do not count. Null when the
   * address is none, or the bits are no plain decimal number up to 32 or 128.
   */
  static parse(text: string): Cidr | null {
    const slash = text.indexOf("/");
    const written = slash < 0 ? text : text.substring(0, slash);
    const address = IpAddress.parse(written);
    if (address === null) return null;
    const isDotted = !written.includes(":");
    const most = isDotted ? 32 : 128;
    const bits = slash < 0 ? most : parseBits(text, slash + 1);
    if (bits < 0 || bits > most) return null;
    return new Cidr(address, isDotted ? bits + 96 : bits);
  }

  /** Whether it is a block of IPv4 addresses. */
  get isIpv4(): bool {
    return this.prefixBits >= 96 && this.first.isIpv4;
  }

  /** Whether the address lies in the block. */
  contains(address: IpAddress): bool {
    return address.isIpv4 == this.isIpv4 && this.covers(address);
  }

  /** Whether all of `other` lies in this block. */
  includes(other: Cidr): bool {
    return other.isIpv4 == this.isIpv4 && other.prefixBits >= this.prefixBits && this.covers(other.first);
  }

  /** The block with its bits behind the prefix cleared: "10.0.0.0/8". */
  toString(): string {
    return `${this.first.toString()}/${this.isIpv4 ? this.prefixBits - 96 : this.prefixBits}`;
  }

  private covers(address: IpAddress): bool {
    const bits = this.prefixBits;
    const first = this.first;
    return (
      ((address.high ^ first.high) & leadingBits(bits)) == 0 &&
      ((address.low ^ first.low) & leadingBits(bits - 64)) == 0
    );
  }
}

function masked(address: IpAddress, bits: i32): IpAddress {
  return new IpAddress(address.high & leadingBits(bits), address.low & leadingBits(bits - 64));
}

/** A mask of the first `count` of 64 bits; all for more, none for less. */
function leadingBits(count: i32): u64 {
  if (count <= 0) return 0;
  return count >= 64 ? u64.MAX_VALUE : ~(u64.MAX_VALUE >> count);
}

function parseBits(text: string, start: i32): i32 {
  const digits = text.length - start;
  if (digits < 1 || digits > 3 || (digits > 1 && text.charCodeAt(start) == 0x30)) return -1;
  let bits = 0;
  for (let i = start; i < text.length; ++i) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    bits = bits * 10 + digit;
  }
  return bits;
}
