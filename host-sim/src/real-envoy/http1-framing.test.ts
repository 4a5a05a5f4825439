import { describe, expect, it } from "vitest";

import { requestFraming, responseFraming } from "./http1-framing.js";

const request = (text: string) => requestFraming(Buffer.from(text, "latin1"));
const response = (text: string, method = "GET") => responseFraming(Buffer.from(text, "latin1"), method);

describe("a message ends", () => {
  it.each([
    ["a request without body", "GET / HTTP/1.1\r\nhost: a\r\n\r\n"],
    ["after content-length", "POST / HTTP/1.1\r\ncontent-length: 3\r\n\r\nabc"],
    ["after the last chunk", "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"],
    ["after trailers", "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n0\r\nx-a: 1\r\nx-b: 2\r\n\r\n"],
  ])("%s", (_, text) => {
    expect(request(text)).toEqual({ kind: "complete", end: text.length });
    expect(request(`${text}GET`)).toEqual({ kind: "complete", end: text.length });
    for (let length = 0; length < text.length; length++) {
      expect(request(text.slice(0, length))).toEqual({ kind: "incomplete" });
    }
  });
});

it("takes a response without length for one that ends with the connection", () => {
  expect(response("HTTP/1.1 200 OK\r\n\r\nabc")).toEqual({ kind: "until-close" });
});

it.each([
  ["HEAD", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n"],
  ["GET", "HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n"],
  ["GET", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"],
])("expects no body after %s %j", (method, text) => {
  expect(response(text, method)).toEqual({ kind: "complete", end: text.length });
});

it.each(["x-bad\r\nx: 1", "x spaced: 1", ": nameless", "x-nul: a\0b", "content-length: 8,7"])(
  "never finds the end of a head with %j",
  (field) => {
    expect(response(`HTTP/1.1 204 No Content\r\n${field}\r\n\r\n`)).toEqual({ kind: "incomplete" });
  },
);
