import { expect, test } from "vitest";
import { type Chunking, rechunked } from "./chunking.js";
import type { RecordedStream } from "./recorded-stream.js";

const stream = (...chunks: readonly string[]): RecordedStream => ({
  id: "a",
  source: "a.har",
  protocol: "HTTP/2",
  request: {
    headers: [],
    body: { kind: "recorded", chunks: chunks.map((chunk) => Buffer.from(chunk)) },
    trailers: null,
  },
  response: { headers: [], body: { kind: "missing", size: 3, reason: "lost" }, trailers: null },
  notes: [],
});

function chunksOf({ request }: RecordedStream): string[] {
  if (request.body.kind === "missing") throw new Error("the body is missing");
  return request.body.chunks.map((chunk) => Buffer.from(chunk).toString());
}

test.each<[Chunking, readonly string[], readonly string[]]>([
  [2, ["abc", "de"], ["ab", "cd", "e"]],
  ["whole", ["abc", "de"], ["abcde"]],
  ["lines", ["a\nb", "c\n\nd"], ["a\n", "bc\n", "\n", "d"]],
  ["lines", ["a\n"], ["a\n"]],
  [3, [], []],
])("%s of %j", (chunking, chunks, expected) => {
  const cut = rechunked(chunking)(stream(...chunks));
  expect(chunksOf(cut)).toEqual(expected);
  expect(cut.response?.body.kind).toBe("missing");
});

test("random cuts are the same for a seed, and lose nothing", () => {
  const text = "0123456789".repeat(100);
  const cut = (seed: number): string[] => chunksOf(rechunked("random", seed)(stream(text)));
  expect(cut(7)).toEqual(cut(7));
  expect(cut(7)).not.toEqual(cut(8));
  expect(cut(7).join("")).toBe(text);
  expect(cut(7).length).toBeGreaterThan(1);
});

test("recorded chunks whose order is recorded stay", () => {
  const ordered: RecordedStream = { ...stream("abc"), order: ["request"] };
  expect(rechunked(1)(ordered)).toBe(ordered);
});
