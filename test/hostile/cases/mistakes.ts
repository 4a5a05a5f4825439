import { setTimeout as sleep } from "node:timers/promises";

import { field, http1, type Http1Request, type Http1Response, until } from "../../lab/index.js";
import type { Bench } from "../bench.js";
import { type Case, equal, truth } from "../case.js";
import type { RowId } from "../rows.js";

interface Mistake {
  readonly row: RowId;
  /** What the filter is told to do; the header x-mistake. */
  readonly mistake: string;
  readonly request?: Http1Request;
  /** Default 200. */
  readonly status?: number;
  /** What the filter must be told, line by line, and some of the reason it is given. */
  readonly told: readonly (string | readonly [line: string, reason: RegExp])[];
  check?(response: Http1Response, bench: Bench): void;
}

const POST: Http1Request = { method: "POST", body: { kind: "sized", bytes: "0123456789" } };
const TRAILERS: Http1Request = {
  method: "POST",
  body: { kind: "chunked", chunks: ["0123456789"], trailers: [["x-any", "1"]] },
};

const unreadable = (map: RegExp) =>
  [
    ["get: null", map],
    "bytes: null",
    "has: false",
    "all: 0",
    ["fields: 0", map],
    "count: 0",
  ] as const satisfies Mistake["told"];
const unwritable = (map: RegExp) =>
  [
    ["set: false", map],
    "add: false",
    "remove: false",
    "setAll: false",
    "setBytes: false",
  ] as const satisfies Mistake["told"];
const unreadableBody = [
  "size: 0",
  ["bytes: 0", /there is no body to read here/],
  "text: 0",
  "slice: 0",
] as const satisfies Mistake["told"];
const unwritableBody = [
  ["replace: false", /there is no body to change here/],
  "append: false",
  "prepend: false",
  "clear: false",
] as const satisfies Mistake["told"];

/** The upstream got the request once, and as it was. */
function passed(_response: Http1Response, bench: Bench): void {
  const seen = bench.upstream.take();
  equal(seen.length, 1, "the number of requests that the upstream saw");
  equal(seen[0]?.complete, true, "the request's completeness");
  equal(field(seen[0]?.headers ?? [], "x-any"), null, "x-any");
}

const MISTAKES: readonly Mistake[] = [
  {
    row: "empty-path",
    mistake: "properties",
    request: { path: "/here" },
    told: [
      "empty path: null",
      "empty segment: null",
      "NUL: null",
      "unknown: null",
      ["no value: null", /SerializationFailure/],
      "path: /here",
      "address: some",
      "code: -1",
      "node: lab",
    ],
  },
  { row: "counter-read", mistake: "counter", told: ["counted 5", "below -2"] },
  {
    row: "metric-misuse",
    mistake: "metrics",
    told: ["nameless: true", "odd: true", "odd value: 2", "gauge: 9223372036854775807", "labelled: 7"],
  },
  {
    row: "foreign-function",
    mistake: "foreign function",
    request: { method: "POST", body: { kind: "sized", bytes: "" } },
    told: [
      ["unknown: null", /NotFound/],
      "then: POST",
      ["failing: null", /SerializationFailure/],
      "then: POST",
      "nameless: null",
      "then: foreign function",
    ],
  },
  {
    row: "wrong-phase-get",
    mistake: "read response headers in a request",
    told: unreadable(/response headers can be read .* onRequestHeaders/),
  },
  {
    row: "wrong-phase-get",
    mistake: "read request trailers in request headers",
    told: unreadable(/request trailers can be read .* onRequestHeaders/),
  },
  {
    row: "wrong-phase-get",
    mistake: "read request headers in a body",
    request: POST,
    told: unreadable(/request headers can be read .* onRequestBody/),
  },
  {
    row: "wrong-phase-get",
    mistake: "read request headers in trailers",
    request: TRAILERS,
    told: unreadable(/request headers can be read .* onRequestTrailers/),
  },
  {
    row: "wrong-phase-get",
    mistake: "read request headers in a response",
    told: unreadable(/request headers can be read .* onResponseHeaders/),
  },
  {
    row: "wrong-phase-get",
    mistake: "read response headers in a body",
    told: unreadable(/response headers can be read .* onResponseBody/),
  },
  {
    row: "wrong-phase-set",
    mistake: "change response headers in a request",
    told: unwritable(/response headers can be changed .* onRequestHeaders/),
    check: passed,
  },
  {
    row: "wrong-phase-set",
    mistake: "change request trailers in request headers",
    told: unwritable(/request trailers can be changed .* onRequestHeaders/),
    check: passed,
  },
  {
    row: "wrong-phase-set",
    mistake: "change request headers in a body",
    request: POST,
    told: unwritable(/request headers can be changed .* onRequestBody/),
    check: passed,
  },
  {
    row: "wrong-phase-set",
    mistake: "change request headers in a response",
    told: unwritable(/request headers can be changed .* onResponseHeaders/),
    check: passed,
  },
  {
    row: "wrong-phase-set",
    mistake: "change response headers in a body",
    told: unwritable(/response headers can be changed .* onResponseBody/),
    check: passed,
  },
  {
    row: "wrong-phase-set",
    mistake: "change headers in onLog",
    told: unwritable(/request headers can be changed .* onLog/),
    check: passed,
  },
  {
    row: "wrong-phase-body",
    mistake: "read a body in request headers",
    request: POST,
    told: unreadableBody,
    check: passed,
  },
  {
    row: "wrong-phase-body",
    mistake: "read a response's body in a request",
    told: unreadableBody,
    check: passed,
  },
  {
    row: "wrong-phase-body",
    mistake: "change a body in request headers",
    request: POST,
    told: unwritableBody,
    check: passed,
  },
  {
    row: "wrong-phase-body",
    mistake: "change a request's body in a response",
    request: POST,
    told: unwritableBody,
    check: passed,
  },
  {
    row: "body-range",
    mistake: "ranges",
    request: { method: "POST", body: { kind: "chunked", chunks: ["01234", "56789"] } },
    told: ["all: 10", "rest: 6", "behind: 0", "far behind: 0", "nothing: 0", "prepend: true", "append: true"],
    check: (_response, bench) =>
      equal(bench.upstreamRequest()?.body, Buffer.from("<0123456789>"), "the body"),
  },
  {
    row: "header-injection",
    mistake: "inject",
    told: [
      ["CR LF: false", /control characters/],
      "LF: false",
      "NUL: false",
      ["no name: false", /token of RFC 9110/],
      "space in a name: false",
      "colon in a name: false",
      "all: false",
      "good: true",
    ],
    check: (_response, bench) => {
      const headers = bench.upstreamRequest()?.headers ?? [];
      equal(field(headers, "x-good"), "1", "x-good");
      equal(field(headers, "x-bad"), null, "x-bad");
      equal(field(headers, "x-injected"), null, "x-injected");
    },
  },
  {
    row: "header-injection",
    mistake: "answer with bad headers",
    status: 403,
    told: [["answered: false", /left out/]],
    check: (response) => {
      equal(field(response.headers, "x-good"), "1", "x-good");
      equal(field(response.headers, "x-bad"), null, "x-bad");
      equal(field(response.headers, "x-injected"), null, "x-injected");
      equal(response.body, Buffer.from("refused"), "the body");
    },
  },
  ...[0, 99, 100, 600, 1000, -1].map((status): Mistake => ({
    row: "reply-status",
    mistake: `answer with status ${status}`,
    status: 500,
    told: [["answered: false", /200 to 599/]],
    check: (response) => equal(response.body, Buffer.from("refused"), "the body"),
  })),
  {
    row: "reply-late",
    mistake: "answer twice",
    status: 403,
    told: ["answered: true", ["answered: false", /answered already/]],
    check: (response) => equal(response.body, Buffer.from("first"), "the body"),
  },
  {
    row: "reply-late",
    mistake: "answer in a response's body",
    told: [["answered: false", /have left/]],
    check: (response) => equal(response.end, "cut", "the end of the response"),
  },
  { row: "reply-late", mistake: "answer in onLog", told: [["answered: false", /onLog/]], check: passed },
  {
    row: "resume",
    mistake: "resume a request at once",
    told: [["resumed: false", /own direction/]],
    check: passed,
  },
  {
    row: "resume",
    mistake: "resume a request at once",
    request: POST,
    told: [["resumed: false", /own direction/]],
    check: passed,
  },
  {
    row: "resume",
    mistake: "resume a response before it has begun",
    told: [["resumed: false", /nothing is held/]],
    check: passed,
  },
  {
    row: "resume",
    mistake: "resume in a body",
    request: POST,
    told: [["resumed: false", /own direction/]],
    check: passed,
  },
  {
    row: "resume",
    mistake: "resume a response at once",
    told: [["resumed: false", /own direction/]],
    check: (response, bench) => {
      passed(response, bench);
      equal(
        response.bytes.toString("latin1").split("HTTP/1.1 ").length - 1,
        1,
        "the number of response heads",
      );
    },
  },
  {
    row: "resume",
    mistake: "resume a request in its response",
    told: [["resumed: false", /nothing is held/]],
    check: passed,
  },
  {
    row: "resume",
    mistake: "resume in onLog",
    told: [
      ["resumed the request: false", /the stream has ended/],
      ["resumed the response: false", /the stream has ended/],
    ],
    check: passed,
  },
  {
    row: "resume",
    mistake: "close twice",
    status: 0,
    told: ["closed: true", ["closed: false", /already/], ["answered: false", /already/]],
    check: (_response, bench) => truth(bench.upstreamRequest() === undefined, "the upstream saw the request"),
  },
];

/** What authors do that cannot work: nothing happens, and the filter is told why. */
export const mistakes: readonly Case[] = [
  ...MISTAKES.map(({ row, mistake, request = {}, status = 200, told, check }): Case => ({
    row,
    name: `filter that would ${verb(mistake)}${request.method === undefined ? "" : " (POST)"}`,
    station: "mistakes",
    run: async (bench) => {
      const before = bench.envoy.log().length;
      const response = await http1(bench.port("mistakes"), {
        ...request,
        headers: [...(request.headers ?? []), ["x-mistake", mistake]],
      });
      equal(response.status, status, "the status");
      const lines = await said(bench, before, told.length);
      for (const [at, expected] of told.entries()) {
        const [line, reason] = typeof expected === "string" ? [expected, null] : expected;
        const actual = lines[at] ?? "(nothing)";
        truth(
          actual.startsWith(line),
          `the filter was told ${JSON.stringify(actual)}, not ${JSON.stringify(line)}`,
        );
        if (reason !== null)
          truth(
            reason.test(actual),
            `the reason is ${JSON.stringify(actual)}, which does not match ${String(reason)}`,
          );
      }
      check?.(response, bench);
    },
  })),
  {
    row: "log-after-abort",
    name: "properties in onLog, after the client has left before the response",
    station: "mistakes",
    run: async (bench) => {
      const before = bench.envoy.log().length;
      bench.upstream.script = () => ({ writes: [] });
      await http1(bench.port("mistakes"), { path: "/left", headers: [["x-mistake", "log"]] }, 50);
      const lines = await said(bench, before, 9);
      equal(lines[0], "empty path: null", "the first line");
      truth(lines.includes("path: /left"), "the path is not known");
    },
  },
  {
    row: "log-after-abort",
    name: "properties in onLog, after the client has left in mid-body",
    station: "mistakes",
    run: async (bench) => {
      const before = bench.envoy.log().length;
      await http1(
        bench.port("mistakes"),
        {
          method: "POST",
          path: "/left",
          headers: [
            ["x-mistake", "log"],
            ["content-length", "1000"],
          ],
        },
        50,
      );
      const lines = await said(bench, before, 9);
      truth(lines.includes("path: /left"), "the path is not known");
    },
  },
  {
    row: "log-after-abort",
    name: "properties in onLog, after a whole exchange",
    station: "mistakes",
    run: async (bench) => {
      const before = bench.envoy.log().length;
      equal(
        (await http1(bench.port("mistakes"), { headers: [["x-mistake", "log"]] })).status,
        200,
        "the status",
      );
      truth((await said(bench, before, 9)).includes("code: 200"), "the response code is not known");
    },
  },
];

/** `counter` is no verb: the few that are nouns are put in a sentence. */
function verb(mistake: string): string {
  const verbs: Readonly<Record<string, string>> = {
    properties: "ask for properties that do not exist",
    counter: "increase a counter and read it",
    metrics: "misuse metrics",
    "foreign function": "call foreign functions that do not exist or fail",
    ranges: "read ranges of a body past its end",
    inject: "set headers with CR, LF, NUL and bad names",
  };
  return verbs[mistake] ?? mistake;
}

/** What the filter has logged since, in order. */
async function said(bench: Bench, since: number, lines: number): Promise<string[]> {
  const all = () =>
    bench.envoy
      .log()
      .slice(since)
      .flatMap(({ text }) => /mistake: (.*)$/s.exec(text)?.[1] ?? []);
  await until(() => (all().length >= lines ? true : null), 2_000);
  await sleep(5);
  return all();
}
