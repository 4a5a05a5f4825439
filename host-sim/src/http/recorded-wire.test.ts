import { expect, test } from "vitest";
import { fromBytes } from "../byte-string.js";
import { stream } from "../testing/streams.js";
import { encodeHead, encodeRequest, encodeResponse } from "./recorded-wire.js";

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
  const framing = (size?: number) =>
    text([
      encodeHead(stream({ body: { missing: "lost", ...(size === undefined ? {} : { size }) } }), "request"),
    ])[0];
  expect(framing(5)).toContain("|content-length: 5||");
  expect(framing()).toContain("|transfer-encoding: chunked||");
});
