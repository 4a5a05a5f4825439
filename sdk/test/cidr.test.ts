import { BlockList, isIP, isIPv4 } from "node:net";
import { describe, expect, it } from "vitest";
import { instantiate } from "./compile.js";
import { seededRandom } from "./seeded-random.js";

const guest = await instantiate(`
  import { AddressPort, Cidr, CidrSet, IpAddress } from "as-proxy-wasm-sdk/cidr";

  export function address(text: string): string | null {
    const address = IpAddress.parse(text);
    return address === null ? null : address.toString();
  }
  export function addressPort(text: string): string | null {
    const pair = AddressPort.parse(text);
    return pair === null ? null : pair.toString();
  }
  export function block(text: string): string | null {
    const block = Cidr.parse(text);
    return block === null ? null : block.toString();
  }
  /** 1 or 0; 2 when one of them cannot be read. */
  export function contains(text: string, addressText: string): i32 {
    const block = Cidr.parse(text);
    const address = IpAddress.parse(addressText);
    return block === null || address === null ? 2 : block.contains(address) ? 1 : 0;
  }
  let set = new CidrSet();
  export function clear(): void { set = new CidrSet(); }
  export function add(text: string): bool { return set.add(text); }
  export function size(): i32 { return set.size; }
  export function has(text: string): bool { return set.containsText(text); }
`);

const text = (value: string): number => guest.__newString(value);
const answer = (name: string, ...values: string[]): string | null => {
  const result = guest[name]!(...values.map(text));
  return result === 0 ? null : guest.__getString(result);
};
const contains = (block: string, address: string): number => guest["contains"]!(text(block), text(address));

describe("IpAddress", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["0.0.0.0", "0.0.0.0"],
    // RFC 5952 §4 and §5
    ["2001:0DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["::", "::"],
    ["::1", "::1"],
    ["1::", "1::"],
    ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
    ["::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"],
    ["64:ff9b::192.0.2.1", "64:ff9b::c000:201"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::ffff:c000:0201", "192.0.2.1"],
    ["1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"],
    ["0:0:1::", "0:0:1::"],
  ])("reads %s", (written, canonical) => {
    expect(answer("address", written)).toBe(canonical);
  });

  it.each([
    "", "1", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.4 ", " 1.2.3.4", "1..2.3", "1.2.3.", ".1.2.3", "0x1.2.3.4",
    ":", ":::", "1:", ":1", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "12345::",
    "::g", "fe80::1%eth0", "[::1]", "::1.2.3", "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3.4:5", "1.2.3.4::", "::01.2.3.4", "1:::2",
  ])("refuses %j", (written) => expect(answer("address", written)).toBe(null)); // prettier-ignore

  it("agrees with Node on what an address is and what it equals", () => {
    const random = seededRandom("addresses");
    for (let round = 0; round < 10_000; round++) {
      const written = Array.from(
        { length: 1 + random(14) },
        () => ["1", "0", ":", ":", "::", "f", ".", "25", "ffff"][random(9)],
      ).join("");
      const read = answer("address", written);
      expect(read !== null, written).toBe(isIP(written) !== 0);
      if (read !== null && !isIPv4(read))
        expect(read, written).toBe(new URL(`http://[${written}]/`).hostname.slice(1, -1));
      guest.__collect();
    }
  });
});

describe("AddressPort", () => {
  it.each([
    ["192.0.2.1:443", "192.0.2.1:443"],
    ["[2001:db8::1]:65535", "[2001:db8::1]:65535"],
    ["[::ffff:1.2.3.4]:0", "1.2.3.4:0"],
  ])("reads %s", (written, canonical) => expect(answer("addressPort", written)).toBe(canonical));

  it.each(["", ":", ":80", "1.2.3.4", "1.2.3.4:", "1.2.3.4:65536", "1.2.3.4:-1", "1.2.3.4:8o", "::1:80", "[::1]", "[::1]80", "[1.2.3.4]:80",
    "[::1:80", "::1]:80", "[]:80", "/run/envoy.sock", "localhost:80", "1.2.3.4:000080"])("refuses %j", (written) =>
    expect(answer("addressPort", written)).toBe(null)); // prettier-ignore
});

describe("Cidr", () => {
  it.each([
    ["10.1.2.3/8", "10.0.0.0/8"],
    ["0.0.0.0/0", "0.0.0.0/0"],
    ["1.2.3.4", "1.2.3.4/32"],
    ["2001:db8:ffff::/33", "2001:db8:8000::/33"],
    ["::/0", "::/0"],
    ["::1", "::1/128"],
    ["::ffff:10.0.0.0/104", "10.0.0.0/8"],
  ])("reads %s", (written, canonical) => expect(answer("block", written)).toBe(canonical));

  it.each([
    "10.0.0.0/",
    "10.0.0.0/33",
    "10.0.0.0/08",
    "10.0.0.0/+8",
    "10.0.0.0/8/8",
    "/8",
    "::/129",
    "::/1280",
    "x/8",
    "10.0.0/8",
  ])("refuses %j", (written) => expect(answer("block", written)).toBe(null));

  it("holds the addresses of its kind", () => {
    expect(contains("10.0.0.0/8", "10.255.255.255")).toBe(1);
    expect(contains("10.0.0.0/8", "11.0.0.0")).toBe(0);
    expect(contains("10.0.0.0/8", "::ffff:10.0.0.1")).toBe(1);
    expect(contains("::/0", "10.0.0.1")).toBe(0);
    expect(contains("::/0", "2001:db8::")).toBe(1);
    expect(contains("::ffff:0:0/96", "10.0.0.1")).toBe(1);
    expect(contains("0.0.0.0/0", "::1")).toBe(0);
  });
});

describe("CidrSet", () => {
  it("keeps no block that lies in another", () => {
    guest["clear"]!();
    for (const block of [
      "10.1.0.0/16",
      "10.2.0.0/16",
      "10.0.0.0/8",
      "10.3.0.0/16",
      "10.0.0.0/8",
      "10.0.0.0/16",
      "2001:db8::/32",
    ])
      expect(guest["add"]!(text(block))).toBe(1);
    expect(guest["size"]!()).toBe(2);
    expect(guest["add"]!(text("10.0.0.0/99"))).toBe(0);
    expect(guest["has"]!(text("10.9.9.9"))).toBe(1);
    expect(guest["has"]!(text("no address"))).toBe(0);
  });

  it("agrees with Node's BlockList", () => {
    const random = seededRandom("cidr-set");
    const ipv4 = (): string => [10, random(3), random(3) * 64, random(256)].join(".");
    const ipv6 = (): string =>
      `2001:db8:${random(3).toString(16)}:${(random(4) * 0x4000).toString(16)}::${random(3)}`;
    for (let round = 0; round < 60; round++) {
      const list = new BlockList();
      guest["clear"]!();
      for (let i = random(40); i > 0; i--) {
        const bits = random(4) === 0 ? random(33) : 16 + random(17);
        const first = random(2) ? ipv4() : ipv6();
        const kind = isIPv4(first) ? "ipv4" : "ipv6";
        const prefix = kind === "ipv4" ? bits : 32 + bits;
        // Node lets "::/0" hold IPv4 addresses, so no block is as short here.
        list.addSubnet(first, prefix, kind);
        expect(guest["add"]!(text(`${first}/${prefix}`))).toBe(1);
      }
      for (let i = 0; i < 100; i++) {
        const address = random(2) ? ipv4() : ipv6();
        expect(guest["has"]!(text(address)) === 1, address).toBe(
          list.check(address, isIPv4(address) ? "ipv4" : "ipv6"),
        );
        if (isIPv4(address)) expect(guest["has"]!(text(`::ffff:${address}`)) === 1).toBe(list.check(address));
      }
      guest.__collect();
    }
  });
});
