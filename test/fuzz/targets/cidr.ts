import { BlockList, isIP, isIPv4, isIPv6 } from "node:net";
import { mutate, type Random } from "as-proxy-wasm-sim/explore";
import type { Target } from "../target.js";

const PIECES = [
  "1",
  "0",
  ":",
  "::",
  "f",
  ".",
  "25",
  "ffff:",
  "10.",
  "/",
  "%eth0",
  "[",
  "]",
  " ",
  "-1",
  "01",
  "/8",
  "/128",
];

/** Blocks and addresses, as Node's `net.isIP` and `net.BlockList` have them. */
export const cidr: Target = {
  name: "cidr",
  entry: "cidr.ts",
  generate: (random) => {
    const blocks = Array.from(
      { length: random.below(4) },
      () => `${address(random)}/${random.below(random.once(3) ? 140 : 33)}`,
    );
    const text = Buffer.from([...blocks, address(random)].join(" "));
    return random.once(3) ? mutate(random, text, PIECES) : text;
  },
  expected: (input) => {
    const words = input.toString("latin1").split(" ");
    const last = words.pop()!;
    const list = new BlockList();
    let good = 0;
    for (const word of words) {
      const match = /^([^/]*)(?:\/(0|[1-9]\d{0,2}))?$/.exec(word);
      const first = match?.[1] ?? "";
      const kind = isIPv4(first) ? "ipv4" : "ipv6";
      const most = kind === "ipv4" ? 32 : 128;
      const bits = Number(match?.[2] ?? most);
      if (match === null || !isAddress(first) || bits > most) continue;
      good++;
      // Node lets short IPv6 blocks hold IPv4 addresses, which ours do not: here they hold IPv6 only.
      if (kind === "ipv6" && bits < 96 && isIPv4(canonical(last) ?? "")) continue;
      list.addSubnet(first, bits, kind);
    }
    const address = canonical(last);
    const found = address !== null && list.check(address, isIPv4(address) ? "ipv4" : "ipv6") ? "1" : "0";
    return [address, String(good), found, found, isIPv4(last) ? "1" : "0"];
  },
};

function isAddress(text: string): boolean {
  return isIP(text) !== 0 && !text.includes("%");
}

/** As RFC 5952 writes it, and IPv4-mapped ones as IPv4. */
function canonical(text: string): string | null {
  if (!isAddress(text)) return null;
  if (!isIPv6(text)) return text;
  const host = new URL(`http://[${text}]/`).hostname.slice(1, -1);
  const mapped = /^::ffff:([\da-f]+):([\da-f]+)$/.exec(host);
  if (mapped === null) return host;
  const [high, low] = [parseInt(mapped[1]!, 16), parseInt(mapped[2]!, 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

function address(random: Random): string {
  switch (random.below(5)) {
    case 0:
    case 1:
      return `10.${random.below(2)}.${random.below(3) * 100}.${random.below(256)}`;
    case 2:
      return `2001:db8:${random.below(3)}::${random.below(3) * 0x8000}`;
    case 3:
      return `::ffff:10.${random.below(2)}.0.${random.below(256)}`;
    default:
      return random.join(PIECES.slice(0, 9), 10);
  }
}
