import { expect, it } from "vitest";
import { request, webRequest } from "./index.js";
import { start } from "../testing/run-filter.js";
import "../vitest/index.js";

const idle = `export function proxy_on_request_headers(id: u32, headers: u32, end: bool): u32 { return 0; }`;

it("asks for / and gets 200 unless told otherwise", () => {
  expect(request()).toEqual({
    id: "GET/",
    source: "request GET /",
    protocol: "HTTP/1.1",
    request: {
      headers: [
        [":authority", "example.com"],
        [":path", "/"],
        [":method", "GET"],
        [":scheme", "http"],
      ],
      body: { kind: "recorded", chunks: [] },
      trailers: null,
    },
    response: { headers: [[":status", "200"]], body: { kind: "recorded", chunks: [] }, trailers: null },
    notes: [],
  });
  expect(request({}, null).response).toBeNull();
});

it("frames bodies as clients do", () => {
  const framing = (parts: Parameters<typeof request>[0]) =>
    request(parts).request.headers.filter(
      ([name]) => name === "content-length" || name === "transfer-encoding",
    );
  expect(framing({})).toEqual([]);
  expect(framing({ body: "é" })).toEqual([["content-length", "2"]]);
  expect(framing({ chunks: ["a", "b"] })).toEqual([["transfer-encoding", "chunked"]]);
  expect(framing({ body: "a", trailers: { "x-end": "1" } })).toEqual([["transfer-encoding", "chunked"]]);
  expect(framing({ chunks: ["a", "b"], headers: { "Content-Length": "2" } })).toEqual([
    ["content-length", "2"],
  ]);
  expect(framing({ body: "a", protocol: "HTTP/2" })).toEqual([]);
});

it.each([
  request({ body: "a=1", headers: { "x-user": "zoë" } }, { status: 201, body: "ok" }),
  request(
    { chunks: ["a", "b"], trailers: { "x-end": "1" } },
    { chunks: ["o", "k"], trailers: { "x-sum": "2" } },
  ),
  request({ method: "DELETE", path: "/a?b=1" }, { status: 204 }),
])("makes streams that Envoy takes: $id", async (stream) => {
  const envoy = await start(idle);
  expect(await envoy.replay(stream)).toPassThrough();
  envoy.stop();
});

it("takes the Request and Response of fetch", async () => {
  const stream = await webRequest(
    new Request("https://shop.test/orders?a=1", { method: "POST", body: "x", headers: { "X-User": "jo" } }),
    new Response("made", { status: 201, headers: { "x-id": "7" } }),
  );
  expect(stream.request.headers).toEqual([
    [":authority", "shop.test"],
    [":path", "/orders?a=1"],
    [":method", "POST"],
    [":scheme", "https"],
    ["content-type", "text/plain;charset=UTF-8"],
    ["x-user", "jo"],
    ["content-length", "1"],
  ]);
  expect(stream.response?.headers).toEqual([
    [":status", "201"],
    ["content-type", "text/plain;charset=UTF-8"],
    ["x-id", "7"],
    ["content-length", "4"],
  ]);
  expect((await webRequest(new Request("http://a.test/"), null)).response).toBeNull();
});
