import { expect, test } from "vitest";
import type { HeaderList } from "../byte-string.js";
import { fillMissingBodies } from "./missing-body.js";
import { RecordingError } from "./recording-error.js";
import type { RecordedBody, RecordedStream } from "./recorded-stream.js";

const missing = (size: number | null): RecordedBody => ({
  kind: "missing",
  size,
  reason: "it was thrown away",
});

function stream(size: number | null, headers: HeaderList = [], method = "POST"): RecordedStream {
  return {
    id: "a",
    source: "a.har, log.entries[0]",
    protocol: "HTTP/1.1",
    request: { headers: [[":method", method], ...headers], body: missing(size), trailers: null },
    response: { headers: [[":status", "303"], ...headers], body: missing(size), trailers: null },
    notes: ["One."],
  };
}

test("placeholder bytes have the recorded size, and a note says so", () => {
  const filled = fillMissingBodies(stream(5, [["content-length", "5"]]));
  expect(filled.request.body).toEqual({
    kind: "recorded",
    chunks: [Buffer.from("xxxxx")].map((chunk) => new Uint8Array(chunk)),
  });
  expect(filled.notes).toEqual([
    "One.",
    "The request body is 5 placeholder bytes: it was thrown away.",
    "The response body is 5 placeholder bytes: it was thrown away.",
  ]);
});

test("without a size content-length counts, without both the body is empty", () => {
  expect(fillMissingBodies(stream(null, [["content-length", "3"]])).response?.body).toMatchObject({
    chunks: [{ length: 3 }],
  });
  expect(fillMissingBodies(stream(null)).response?.body).toEqual({ kind: "recorded", chunks: [] });
});

test("headers are made to fit: the recorded size is the decoded one", () => {
  const headers: HeaderList = [
    ["content-encoding", "gzip"],
    ["content-length", "3"],
  ];
  expect(fillMissingBodies(stream(9, headers)).response?.headers).toEqual([
    [":status", "303"],
    ["content-length", "9"],
  ]);
});

test("the answer to HEAD stays without a body and keeps its headers", () => {
  const { response } = fillMissingBodies(stream(9, [["content-length", "3"]], "HEAD"));
  expect(response).toMatchObject({
    headers: [
      [":status", "303"],
      ["content-length", "3"],
    ],
    body: { chunks: [] },
  });
});

test("what is recorded is not touched", () => {
  const recorded: RecordedStream = { ...stream(null), response: null };
  const request = { ...recorded.request, body: { kind: "recorded", chunks: [new Uint8Array([1])] } } as const;
  expect(fillMissingBodies({ ...recorded, request })).toEqual({ ...recorded, request });
});

test("no more is filled in than is read", () => {
  expect(() => fillMissingBodies(stream(2 ** 40))).toThrow(RecordingError);
});
