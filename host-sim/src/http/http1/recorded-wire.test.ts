import { expect, test } from "vitest";
import { fromBytes } from "../../byte-string.js";
import { stream } from "../../testing/streams.js";
import { bodyReads, encodeRequest, encodeResponse, frameRequest } from "./recorded-wire.js";

const text = (writes: readonly Uint8Array[]) =>
  writes.map((bytes) => fromBytes(bytes).replaceAll("\r\n", "|"));

test("one write for the head and one for each recorded chunk", () => {
  const recorded = stream({ body: ["ab", "cde"], headers: [["content-length", "5"]] });
  expect(text(encodeRequest(recorded))).toEqual([
    "POST / HTTP/1.1|host: example.com|content-length: 5||",
    "ab",
    "cde",
  ]);
});

test("a body without length is chunked; its end travels with the last chunk", () => {
  expect(text(encodeRequest(stream({ body: ["ab", "c"], trailers: [["t", "1"]] })))).toEqual([
    "POST / HTTP/1.1|host: example.com|transfer-encoding: chunked||",
    "2|ab|",
    "1|c|0|t: 1||",
  ]);
});

test("a recorded length that does not fit the recorded body is corrected", () => {
  const recorded = stream(
    {},
    {
      headers: [
        ["content-length", "99"],
        ["a", "b"],
      ],
      body: ["xyz"],
    },
  );
  expect(text(encodeResponse(recorded))).toEqual(["HTTP/1.1 200 OK|content-length: 3|a: b||", "xyz"]);
});

test("an empty response says so; HEAD, 204 and 304 stay as recorded", () => {
  expect(text(encodeResponse(stream({}, {})))).toEqual(["HTTP/1.1 200 OK|content-length: 0||"]);
  const head = stream({ method: "HEAD" }, { headers: [["content-length", "7"]] });
  expect(text(encodeResponse(head))).toEqual(["HTTP/1.1 200 OK|content-length: 7||"]);
  expect(text(encodeResponse(stream({}, { status: "304", headers: [["etag", "x"]] })))).toEqual([
    "HTTP/1.1 304 Not Modified|etag: x||",
  ]);
});

test("what cannot be sent is refused with a reason", () => {
  expect(() => encodeRequest(stream({ body: { missing: "lost" } }))).toThrow(/its body is missing: lost/);
  expect(() => encodeRequest(stream({ headers: [["a", "b\r\nc"]] }))).toThrow(/cannot stand in a head/);
  expect(() => encodeResponse({ ...stream(), response: null })).toThrow(/no response/);
});

test("the head of a missing body is framed by its recorded size, or in chunks", () => {
  const framing = (size?: number) => {
    const recorded = stream({ body: { missing: "lost", ...(size === undefined ? {} : { size }) } });
    return frameRequest(recorded, recorded.request).fields;
  };
  expect(framing(5)).toContainEqual(["content-length", "5"]);
  expect(framing()).toContainEqual(["transfer-encoding", "chunked"]);
});

test("a read has at most the limit of bytes, the framing of chunks among them", () => {
  const recorded = stream({ body: ["abcdef", "g"], trailers: [] });
  const reads = bodyReads(recorded, recorded.request, "chunked", 4);
  expect(reads.map(({ bytes, isLast }) => [fromBytes(bytes), isLast])).toEqual([
    // 6|ab cdef | 1|g | 0| |
    ["a", false],
    ["bcde", false],
    ["f", false],
    ["g", false],
    ["", false],
    ["", true],
  ]);
  const whole = stream({ body: ["abc", "de"], headers: [["content-length", "5"]] });
  expect(bodyReads(whole, whole.request, "length or none", 2).map(({ bytes }) => fromBytes(bytes))).toEqual([
    "ab",
    "c",
    "de",
  ]);
});
