import type { PublicSymbol } from "./declarations.js";
import type { Entry } from "./surface.js";

/** A page of the reference. */
export interface Page {
  /** Without `.md`. */
  readonly name: string;
  readonly title: string;
  /** One sentence. */
  readonly about: string;
  /** Pages of the guide that show it at work, without `.md`. */
  readonly guide: readonly string[];
  /** What an author imports it from. */
  readonly specifier: string;
  readonly symbols: readonly PublicSymbol[];
}

interface Layout extends Omit<Page, "specifier" | "symbols"> {
  /** The entry, or the folders and files of the core that the page is about. */
  readonly from: string | readonly string[];
}

const CORE = "index.ts";

const LAYOUT: readonly Layout[] = [
  {
    name: "filters-and-plugins",
    title: "Filters and plugins",
    about:
      "What ties classes to root ids, what all of them have in common, the plugin, its timers and its configuration.",
    guide: ["plugin", "configuration", "access-logger", "errors"],
    from: ["context", "dispatch", "plugin", "configuration"],
  },
  {
    name: "http",
    title: "HTTP",
    about: "The filter of an HTTP exchange: headers, bodies, trailers and local replies.",
    guide: ["http-headers", "http-bodies", "local-replies", "metadata-frames"],
    from: ["http"],
  },
  {
    name: "tcp",
    title: "TCP",
    about: "The filter of a TCP connection and the bytes that pass it.",
    guide: ["tcp-filters"],
    from: ["network"],
  },
  {
    name: "callouts",
    title: "HTTP callouts",
    about: "Requests that a filter or plugin sends to a cluster of Envoy's, and their answers.",
    guide: ["http-callouts"],
    from: ["callout"],
  },
  {
    name: "grpc",
    title: "gRPC callouts",
    about: "Calls and streams that a filter or plugin opens to a gRPC service.",
    guide: ["grpc-calls", "grpc-streams"],
    from: ["grpc"],
  },
  {
    name: "properties",
    title: "Properties",
    about: "What Envoy knows of the exchange, the connection, the upstream and its own configuration.",
    guide: ["properties"],
    from: ["properties"],
  },
  {
    name: "shared-data-and-queues",
    title: "Shared data and queues",
    about: "What the threads of an Envoy share: values under keys, counters, caches and queues.",
    guide: ["shared-data", "shared-queues"],
    from: ["shared"],
  },
  {
    name: "metrics",
    title: "Metrics",
    about: "Counters, gauges and histograms of Envoy's, with labels.",
    guide: ["metrics"],
    from: ["metrics"],
  },
  {
    name: "foreign-functions",
    title: "Foreign functions",
    about: "What Envoy offers beyond the ABI: compression, filter state, CEL expressions and signatures.",
    guide: ["foreign-functions"],
    from: ["foreign"],
  },
  {
    name: "logging-and-time",
    title: "Logging and time",
    about: "The log, the clock, and text without regard to case.",
    guide: ["logging-and-time"],
    from: ["log.ts", "time.ts", "ascii.ts"],
  },
  {
    name: "json",
    title: "JSON",
    about: "Strict JSON on bytes: values, tokens, edits and a writer.",
    guide: ["json"],
    from: "json.ts",
  },
  {
    name: "protobuf",
    title: "Protobuf",
    about: "Protobuf messages, field by field.",
    guide: ["grpc-calls"],
    from: "protobuf.ts",
  },
  {
    name: "encoding",
    title: "Encodings",
    about: "Base64, hexadecimal digits and percent-encoding.",
    guide: ["text-formats"],
    from: "encoding.ts",
  },
  {
    name: "query",
    title: "Queries and forms",
    about: "Request targets, query strings and forms.",
    guide: ["text-formats"],
    from: "query.ts",
  },
  {
    name: "cookies",
    title: "Cookies",
    about: "The cookies of a request, and those that a response sets.",
    guide: ["text-formats"],
    from: "cookies.ts",
  },
  {
    name: "crypto",
    title: "Hashes and MACs",
    about: "SHA-256, HMAC-SHA-256 and comparing in constant time, inside the module.",
    guide: ["jwt"],
    from: "crypto.ts",
  },
  {
    name: "jwt",
    title: "JSON Web Tokens",
    about: "Tokens, keys, key sets, and what a token must say to be accepted.",
    guide: ["jwt"],
    from: "jwt.ts",
  },
  {
    name: "cidr",
    title: "IP addresses",
    about: "Addresses, blocks of them, and sets of blocks.",
    guide: ["patterns-and-addresses"],
    from: "cidr.ts",
  },
  {
    name: "pattern",
    title: "Patterns",
    about: "Regular expressions and globs, matched in linear time.",
    guide: ["patterns-and-addresses"],
    from: "pattern.ts",
  },
  {
    name: "token-bucket",
    title: "Token bucket",
    about: "A limit on how often something may happen.",
    guide: ["token-bucket"],
    from: "token-bucket.ts",
  },
];

/** Puts every symbol on a page. */
export function layOut(entries: readonly Entry[]): Page[] {
  const placed = new Set<PublicSymbol>();
  const pages = LAYOUT.map(({ from, ...layout }) => {
    const path = typeof from === "string" ? from : CORE;
    const entry = entries.find((candidate) => candidate.path === path);
    if (entry === undefined) throw new Error(`${path} is no entry of the SDK: pages.ts says it is`);
    const symbols = entry.symbols.filter(
      (symbol) => typeof from === "string" || from.some((place) => liesIn(symbol.path, place)),
    );
    symbols.forEach((symbol) => placed.add(symbol));
    return { ...layout, specifier: entry.specifier, symbols };
  });
  for (const entry of entries) {
    for (const { name, path } of entry.symbols.filter((symbol) => !placed.has(symbol)))
      throw new Error(`${name} (${path}) of ${entry.path} is on no page: say in pages.ts where it belongs`);
  }
  return pages;
}

function liesIn(path: string, place: string): boolean {
  return path === `assembly/${place}` || path.startsWith(`assembly/${place}/`);
}
