import { expect, test } from "vitest";
import { fromBytes, toBytes, type HeaderList } from "../../byte-string.js";
import { BodyBuffer } from "../body-buffer.js";
import { HeaderMap } from "../header-map.js";
import { Http1Decoder, type Http1DecoderOptions } from "./decoder.js";
import { Http1MessageRecorder } from "./message-recorder.js";

/** What a peer says that reads the bytes. */
function peer(options: Http1DecoderOptions, bytes: Uint8Array): { complete: boolean; broken: boolean } {
  let broken = false;
  const nothing = () => undefined;
  const decoder = new Http1Decoder(options, {
    headers: nothing,
    data: nothing,
    end: nothing,
    error: () => (broken = true),
  });
  decoder.read(bytes);
  return { complete: decoder.complete, broken };
}

const request: Http1DecoderOptions = { kind: "request" };
const response: Http1DecoderOptions = { kind: "response", requestMethod: "GET" };
const get: HeaderList = [
  [":authority", "h"],
  [":path", "/"],
  [":method", "GET"],
];

const heads: readonly [string, Http1DecoderOptions, HeaderList][] = [
  ["a request", request, get],
  ["a request with a length", request, [...get, ["content-length", "3"]]],
  ["a request with a length of zero", request, [...get, ["content-length", "0"]]],
  ["a request with two lengths", request, [...get, ["content-length", "3,3"]]],
  ["a request that says chunked by itself", request, [...get, ["transfer-encoding", "chunked"]]],
  ["a request without path", request, [get[0] ?? ["", ""], get[2] ?? ["", ""]]],
  ["a path with a space", request, [[":path", "/a b"], ...get.slice(2)]],
  ["an empty name", request, [...get, ["", "x"]]],
  ["a response", response, [[":status", "200"]]],
  [
    "a response with a length",
    response,
    [
      [":status", "200"],
      ["content-length", "3"],
    ],
  ],
  [
    "a 204 with a length",
    response,
    [
      [":status", "204"],
      ["content-length", "3"],
    ],
  ],
  ["a 304", response, [[":status", "304"]]],
  ["a 101", response, [[":status", "101"]]],
  ["a 103", response, [[":status", "103"]]],
  [
    "the answer to HEAD",
    { kind: "response", requestMethod: "HEAD" },
    [
      [":status", "200"],
      ["content-length", "3"],
    ],
  ],
  [
    "a header name with a space",
    response,
    [
      [":status", "200"],
      ["a b", "c"],
    ],
  ],
  [
    "a value with a line break",
    response,
    [
      [":status", "200"],
      ["a", "b\r\ncontent-length: 1"],
    ],
  ],
];

test.each(heads)("%s is complete for its receiver when its bytes are", (_name, options, headers) => {
  for (const body of [null, "", "ab", "abc", "abcd"]) {
    for (const trailers of [null, [], [["t", "1"]], [["t t", "1"]]] as (HeaderList | null)[]) {
      const kind = options.kind === "request" ? "request" : "response";
      const recorder = new Http1MessageRecorder(options);
      recorder.headers(new HeaderMap(`${kind} headers`, headers), body === null && trailers === null);
      if (body !== null) recorder.data(new BodyBuffer(toBytes(body)), trailers === null);
      if (trailers !== null) recorder.trailers(new HeaderMap(`${kind} trailers`, trailers));
      const { complete, broken } = recorder;
      expect({ complete, broken }, fromBytes(recorder.bytes)).toEqual(peer(options, recorder.bytes));
    }
  }
});
