import { expect, test } from "vitest";
import type { HeaderList } from "../../byte-string.js";
import { Http1Encoder } from "./encoder.js";

interface Message {
  readonly kind?: "request" | "response";
  readonly headers?: HeaderList;
  readonly body?: readonly string[];
  readonly trailers?: HeaderList;
  readonly answersHead?: boolean;
}

function encode({ kind = "response", headers = [], body, trailers, answersHead = false }: Message): string {
  let wire = "";
  const encoder = new Http1Encoder((text) => (wire += text), { kind, answersHead });
  const start: HeaderList =
    kind === "request" ? [] : headers.some(([name]) => name === ":status") ? [] : [[":status", "200"]];
  encoder.headers([...start, ...headers], body === undefined && trailers === undefined);
  for (const [index, chunk] of (body ?? []).entries()) {
    encoder.data(chunk, trailers === undefined && index === (body ?? []).length - 1);
  }
  if (trailers !== undefined) encoder.trailers(trailers);
  return wire.replaceAll("\r\n", "|");
}

const request = (method: string): HeaderList => [
  [":method", method],
  [":path", "/p"],
  [":authority", "h"],
  ["a", "b"],
];

test.each([
  ["GET", "GET /p HTTP/1.1|host: h|a: b||"],
  ["DELETE", "DELETE /p HTTP/1.1|host: h|a: b||"],
  ["POST", "POST /p HTTP/1.1|host: h|a: b|content-length: 0||"],
])("%s without a body", (method, wire) =>
  expect(encode({ kind: "request", headers: request(method) })).toBe(wire),
);

test("a body without length goes in chunks, its trailers behind them", () => {
  expect(encode({ body: ["0123456789abcdef", ""] })).toBe(
    "HTTP/1.1 200 OK|transfer-encoding: chunked||10|0123456789abcdef|0||",
  );
  expect(encode({ body: ["a"], trailers: [["t", "1"]] })).toBe(
    "HTTP/1.1 200 OK|transfer-encoding: chunked||1|a|0|t: 1||",
  );
});

test("with a length the body is plain and trailers are lost", () => {
  const headers: HeaderList = [["content-length", "1"]];
  expect(encode({ headers, body: ["a"], trailers: [["t", "1"]] })).toBe(
    "HTTP/1.1 200 OK|content-length: 1||a",
  );
});

test.each([
  ["204", "HTTP/1.1 204 No Content||"],
  ["304", "HTTP/1.1 304 Not Modified||"],
  ["299", "HTTP/1.1 299 Unknown|content-length: 0||"],
])("status %s without a body", (status, wire) =>
  expect(encode({ headers: [[":status", status]] })).toBe(wire),
);

test("an answer to HEAD without length announces chunks", () => {
  expect(encode({ answersHead: true })).toBe("HTTP/1.1 200 OK|transfer-encoding: chunked||");
});
