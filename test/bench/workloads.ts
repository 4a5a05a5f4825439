import { json16k } from "./json-body.js";

/** A request that every filter has to treat alike, and what proves that it did its work at all. */
export interface Check {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Must occur in the answer, which shows the response and, in its body, what the upstream received. */
  readonly expect: string;
  /** A body that some SDKs' JSON libraries trap on: only those in this list have to pass. */
  readonly only?: readonly string[];
}

export interface Workload {
  readonly id: "w1" | "w2" | "w3" | "w4";
  readonly title: string;
  /** What stands in the chain besides the filter under test; its cost is taken off. */
  readonly baseline: "none" | "buffer";
  /** How often the filter stands in the chain. */
  readonly copies: number;
  /** How many of the copies the average request of the load passes. */
  passes(copies: number): number;
  readonly configuration: string;
  /** How many of the load's requests the filter answers itself, with an error status. */
  readonly refusedShare: number;
  /** How many requests a look at the memory takes. */
  readonly soakRequests: number;
  /** One of these requests after the other, round and round. */
  readonly load: readonly LoadRequest[];
  readonly checks: readonly Check[];
}

export interface LoadRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

const every = (copies: number) => copies;

const TOKENS = Array.from(
  { length: 20 },
  (_, index) => `token-${index.toString().padStart(2, "0")}-d41d8cd98f00b204`,
);

const browser = {
  "user-agent": "bench/1.0",
  accept: "*/*",
};
const traveller = { ...browser, "x-user": "ada", "x-tenant": "analytical", "x-internal": "yes" };
const bearer = (token: string) => ({ ...browser, authorization: `Bearer ${token}` });

/** @solo-io/proxy-runtime does not start with an empty one. */
const UNUSED = "none";

const body = json16k();

export const WORKLOADS: readonly Workload[] = [
  {
    id: "w1",
    title: "W1: request and response header callbacks that return Continue",
    baseline: "none",
    copies: 4,
    passes: every,
    configuration: UNUSED,
    refusedShare: 0,
    soakRequests: 1_000_000,
    load: [{ headers: traveller }],
    checks: [{ name: "passes", headers: traveller, expect: '"x-internal","yes"' }],
  },
  {
    id: "w2",
    title: "W2: four header reads, two additions, one removal, one addition to the response",
    baseline: "none",
    copies: 4,
    passes: every,
    configuration: UNUSED,
    refusedShare: 0,
    soakRequests: 1_000_000,
    load: [{ headers: traveller }],
    checks: [
      {
        name: "all headers",
        headers: traveller,
        expect: '"x-caller","analytical/ada","x-origin","bench/1.0 /echo"',
      },
      { name: "no headers", headers: {}, expect: '"x-caller","/","x-origin","/echo"' },
      { name: "response", headers: traveller, expect: "x-filter: bench" },
    ],
  },
  {
    id: "w3",
    title: "W3: a bearer token checked against 20, two answers of four are 401 and 403",
    baseline: "none",
    copies: 4,
    // A request that is refused never reaches the second copy.
    passes: (copies) => (2 * copies + 2) / 4,
    configuration: TOKENS.join("\n"),
    refusedShare: 0.5,
    soakRequests: 1_000_000,
    load: [
      { headers: bearer(TOKENS[3] ?? "") },
      { headers: browser },
      { headers: bearer("token-99") },
      { headers: bearer(TOKENS[17] ?? "") },
    ],
    checks: [
      { name: "known", headers: bearer(TOKENS[19] ?? ""), expect: "HTTP/1.1 200" },
      { name: "missing", headers: browser, expect: "www-authenticate: Bearer" },
      { name: "not bearer", headers: { authorization: "Basic x" }, expect: "token missing\n" },
      { name: "unknown", headers: bearer("token-99"), expect: "token unknown\n" },
      { name: "empty", headers: bearer(""), expect: "HTTP/1.1 40" },
    ],
  },
  {
    id: "w4",
    title: "W4: a JSON body of 16,384 bytes, buffered, parsed, a member added, replaced",
    baseline: "buffer",
    copies: 1,
    passes: every,
    configuration: UNUSED,
    refusedShare: 0,
    soakRequests: 100_000,
    load: [{ headers: { ...browser, "content-type": "application/json" }, body }],
    checks: [
      { name: "16 KiB", headers: {}, body, expect: JSON.stringify(`${body.slice(0, -1)},"filtered":true}`) },
      { name: "small", headers: {}, body: '{"a":1}', expect: JSON.stringify('{"a":1,"filtered":true}') },
      {
        name: "malformed",
        headers: {},
        body: '{"a":[1,2,,}],"b":tru}',
        expect: "HTTP/1.1 400",
        only: ["as-proxy-wasm", "rust", "go"],
      },
    ],
  },
];
