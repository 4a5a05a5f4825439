import { expect, test } from "vitest";
import type { RecordedExpectation } from "./recorded-expectation.js";
import { type ObservedStream, unmetExpectations } from "./unmet-expectations.js";

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const observed: ObservedStream = {
  outcome: { kind: "completed" },
  upstream: {
    headers: [
      [":method", "GET"],
      ["x-a", "1"],
      ["x-b", "2"],
      ["transfer-encoding", "chunked"],
    ],
    body: { kind: "recorded", chunks: [bytes("one "), bytes("two")] },
    trailers: [["x-sum", "2a"]],
  },
  response: {
    headers: [[":status", "403"]],
    body: { kind: "missing", size: null, reason: "lost" },
    trailers: null,
  },
  localReply: { statusCode: 403, details: "denied", body: bytes("no") },
  logs: [{ level: "warning", text: "wasm log a: caf\xc3\xa9" }],
};
const unmet = (expectation: RecordedExpectation): readonly string[] =>
  unmetExpectations(expectation, observed, [{ name: "wasmcustom.denied_total", value: 1n }]).map(
    ({ what, expected, observed: actual }) => `${what}: ${expected} | ${actual}`,
  );

test("what is as expected, and what nothing is said of", () => {
  expect(unmet({})).toEqual([]);
  expect(
    unmet({
      outcome: "completed",
      upstream: {
        headers: [
          [":method", "GET"],
          ["x-a", "1"],
          ["x-b", "2"],
        ],
        body: bytes("one two"),
        trailers: [["x-sum", "2a"]],
      },
      response: { headers: [[":status", "403"]], trailers: null },
      localReply: { statusCode: 403, details: "denied", body: bytes("no") },
      logs: [{ level: "warn", text: "wasm log a: café" }],
      metrics: { "wasmcustom.denied_total": 1 },
    }),
  ).toEqual([]);
});

test.each<[RecordedExpectation, readonly string[]]>([
  [{ outcome: "reset" }, ["outcome: reset | completed"]],
  [{ upstream: null }, ["upstream: nothing | a message"]],
  [{ localReply: null }, ["local reply: none | one"]],
  [
    {
      upstream: {
        headers: [
          [":method", "GET"],
          ["x-a", "2"],
          ["x-c", ""],
        ],
      },
    },
    ['upstream header x-a: "2" | "1"', 'upstream header x-c: "" | none', 'upstream header x-b: none | "2"'],
  ],
  [
    {
      upstream: {
        headers: [
          [":method", "GET"],
          ["x-b", "2"],
          ["x-a", "1"],
        ],
      },
    },
    ["upstream header order: x-b, x-a | x-a, x-b"],
  ],
  [
    { upstream: { headers: observed.upstream!.headers, body: bytes("one"), trailers: null } },
    ['upstream body: "one" | "one two"', 'upstream trailers: none | x-sum: "2a"'],
  ],
  [{ response: { headers: [[":status", "403"]], body: bytes("") } }, ['response body: "" | missing: lost']],
  [{ logs: [] }, ["logs:  | warn wasm log a: café"]],
  [
    { metrics: { "wasmcustom.denied_total": 2, none: 0 } },
    ["metric wasmcustom.denied_total: 2 | 1", "metric none: 0 | none"],
  ],
])("%j", (expectation, sentences) => {
  expect(unmet(expectation)).toEqual(sentences);
});
