import { isIPv4, isIPv6 } from "node:net";
import { fromText, type ByteString } from "../byte-string.js";
import { UnmodelledNameError } from "../errors.js";

/**
 * What the names that filters look up resolve to (`envoy_resolve_dns`). Addresses and `localhost` need no entry; any other name
 * without one fails the exchange.
 */
export type DnsAnswers = Readonly<Record<string, DnsAnswer>>;

/** Addresses (none: the name does not exist), or a server that cannot be asked. */
export type DnsAnswer =
  | readonly string[]
  | "failure"
  | {
      readonly addresses: readonly string[];
      /** Of every address. Default 0. */
      readonly ttlSeconds?: number;
      /** Simulated milliseconds until the answer is there. Default 1. */
      readonly delayMs?: number;
    };

/** What a lookup leads to; a delay of null: the answer comes inside the host call (abi.md G). */
export interface DnsLookup {
  readonly delayMs: number | null;
  readonly response: Uint8Array;
}

/** What c-ares asks a server about at all. */
const hostname = /^[\w.\-/*]*$/;

export class DnsTable {
  readonly #answers: ReadonlyMap<ByteString, DnsAnswer>;

  constructor(answers: DnsAnswers) {
    this.#answers = new Map(Object.entries(answers).map(([name, answer]) => [fromText(name), answer]));
  }

  lookUp(name: ByteString): DnsLookup {
    const own = isIPv4(name) || isIPv6(name) ? name : name.toLowerCase() === "localhost" ? "::1" : null;
    if (own !== null) return { delayMs: null, response: encode([own], 0) };
    if (!hostname.test(name)) return { delayMs: null, response: new Uint8Array() };
    const answer = this.#answers.get(name);
    if (answer === undefined) throw new UnmodelledNameError(name);
    if (answer === "failure") return { delayMs: defaultDelayMs, response: new Uint8Array() };
    const {
      addresses,
      ttlSeconds = 0,
      delayMs = defaultDelayMs,
    } = "addresses" in answer ? answer : { addresses: answer };
    return { delayMs, response: encode(addresses, ttlSeconds) };
  }
}

const defaultDelayMs = 1;

/** Their number, the TTL of each, then each as text with a port, which is 0, and a NUL (abi.md 4.6). */
function encode(addresses: readonly string[], ttlSeconds: number): Uint8Array {
  const numbers = Buffer.alloc(4 + 4 * addresses.length);
  numbers.writeUInt32LE(addresses.length);
  for (const index of addresses.keys()) numbers.writeUInt32LE(ttlSeconds, 4 + 4 * index);
  const text = addresses.map((address) =>
    isIPv6(address) ? `[${shortest(address)}]:0\0` : `${address}:0\0`,
  );
  return Buffer.concat([numbers, Buffer.from(text.join(""))]);
}

/** The canonical spelling of an IPv6 address. */
function shortest(address: string): string {
  return new URL(`http://[${address}]/`).hostname.slice(1, -1);
}
