import { expect, test } from "vitest";
import { fromBytes, toBytes, type HeaderList } from "../../byte-string.js";
import { Http1Decoder, type Http1DecoderOptions } from "./decoder.js";

/** What a decoder tells about some reads. */
function decode(reads: readonly string[], options: Http1DecoderOptions = { kind: "request" }): unknown[] {
  const told: unknown[] = [];
  const decoder = new Http1Decoder(options, {
    headers: (line, headers, endStream) =>
      told.push([
        line.kind === "request" ? `${line.method} ${line.path}` : line.status,
        headers.length,
        endStream,
      ]),
    data: (bytes) => told.push(fromBytes(bytes)),
    end: (trailers: HeaderList | null) => told.push({ end: trailers }),
    error: (reason) => told.push({ error: reason }),
  });
  for (const read of reads) decoder.read(toBytes(read));
  return told;
}

test("a request without body framing ends with its headers", () => {
  expect(decode(["GET /a HTTP/1.1\r\nHost: x\r\nA:  b \r\n\r\n"])).toEqual([["GET /a", 2, true]]);
  expect(decode(["POST / HTTP/1.1\r\ncontent-length: 0\r\n\r\n"])).toEqual([["POST /", 1, true]]);
});

test("each read of a body is one piece, and the end comes by itself", () => {
  expect(decode(["POST / HTTP/1.1\r\ncontent-length: 4\r\n\r\n", "ab", "cd"])).toEqual([
    ["POST /", 1, false],
    "ab",
    "cd",
    { end: null },
  ]);
});

test("chunks of one read are merged, trailers end the body", () => {
  const head = "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n";
  expect(decode([head, "1\r\na\r\n2;x=y\r\nbc\r\n", "0\r\nx-t: 1\r\n\r\n"])).toEqual([
    ["POST /", 1, false],
    "abc",
    { end: [["x-t", "1"]] },
  ]);
  expect(decode([`${head}0\r\n\r\n`])).toEqual([["POST /", 1, false], { end: null }]);
});

test("a message may be cut anywhere", () => {
  const bytes = "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nt: 1\r\n\r\n";
  for (let cut = 1; cut < bytes.length; cut++) {
    const told = decode([bytes.slice(0, cut), bytes.slice(cut)]);
    expect(told.filter((one) => typeof one === "string").join("")).toBe("abc");
    expect(told.at(-1)).toEqual({ end: [["t", "1"]] });
  }
});

test("responses to HEAD, 204 and 304 have no body; interim responses are dropped", () => {
  const response = { kind: "response" } as const;
  expect(
    decode(["HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n"], { ...response, requestMethod: "HEAD" }),
  ).toEqual([[200, 1, true]]);
  expect(decode(["HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"], response)).toEqual([
    [204, 0, true],
  ]);
  expect(decode(["HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n"], response)).toEqual([
    [304, 1, true],
  ]);
});

test.each(["GET\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n", "GET / HTTP/1.1\r\na b: c\r\n\r\n"])(
  "malformed: %j",
  (bytes) => expect(decode([bytes])).toEqual([{ error: "the head is malformed" }]),
);
