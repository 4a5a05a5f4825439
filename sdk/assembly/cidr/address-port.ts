import { IpAddress } from "./ip-address";

/** An address with a port, as Envoy spells `source.address` and `destination.address`: "192.0.2.1:443", "[2001:db8::1]:443". */
export class AddressPort {
  private constructor(
    /** The address without the port. */
    readonly address: IpAddress,
    /** The port, 0 to 65535. */
    readonly port: i32,
  ) {}

  /** Null for anything else: a pipe's path, a name, a port above 65535 or without an address. */
  static parse(text: string): AddressPort | null {
    const colon = text.lastIndexOf(":");
    const port = colon < 0 ? -1 : parsePort(text, colon + 1);
    if (port < 0) return null;
    const bracketed = text.charCodeAt(0) == 0x5b;
    if (bracketed != (text.charCodeAt(colon - 1) == 0x5d)) return null;
    const host = bracketed ? text.substring(1, colon - 1) : text.substring(0, colon);
    // Brackets are for IPv6, and IPv6 needs them: or else where the port begins would be a guess.
    if (bracketed != host.includes(":")) return null;
    const address = IpAddress.parse(host);
    return address === null ? null : new AddressPort(address, port);
  }

  /** "192.0.2.1:443", "[2001:db8::1]:443". */
  toString(): string {
    const host = this.address.toString();
    return this.address.isIpv4 ? `${host}:${this.port}` : `[${host}]:${this.port}`;
  }
}

function parsePort(text: string, start: i32): i32 {
  const digits = text.length - start;
  if (digits < 1 || digits > 5) return -1;
  let port = 0;
  for (let i = start; i < text.length; ++i) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    port = port * 10 + digit;
  }
  return port > 65_535 ? -1 : port;
}
