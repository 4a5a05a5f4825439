import type { Probe } from "../probe.js";
import { sized, stream } from "../streams.js";

const duplicates = [
  ["x-one", "1"],
  ["x-two", "a"],
  ["x-two", "b"],
  ["X-Mixed-Case", "kept"],
  ["x-empty", ""],
  ["x-drop-request-headers", "gone"],
  ["cookie", "a=1"],
  ["cookie", "b=2"],
] as const;

const hopByHop = [
  ["connection", "keep-alive, x-nominated"],
  ["keep-alive", "timeout=5"],
  ["proxy-connection", "keep-alive"],
  ["te", "gzip"],
  ["x-nominated", "1"],
  ["x-envoy-internal", "true"],
  ["x-envoy-foo", "stays"],
  ["x-forwarded-for", "10.0.0.1"],
  ["x-forwarded-proto", "https"],
  ["x-request-id", "8ab0e8b6-1c33-4c43-9f0e-6a2c8c1b6a2f"],
  ["expect", "nothing-special"],
  ["via", "1.1 somewhere"],
] as const;

export const probe: Probe = {
  alsoOverHttp2: ["default"],
  configurations: { default: {} },
  streams: [
    stream("get", { headers: duplicates }),
    stream("get-answered", {
      response: {
        headers: [
          ["server", "recorded"],
          ["date", "Tue, 24 Nov 2026 00:00:00 GMT"],
          ["content-length", "5"],
        ],
        body: ["hello"],
      },
    }),
    stream("post", { ...sized("hello world"), response: { ...sized("answer"), status: 201 } }),
    stream("post-empty", sized()),
    stream("post-chunked", {
      body: ["first", "second one"],
      response: { body: ["three ", "pieces ", "of text"] },
    }),
    stream("post-trailers", {
      body: ["with trailers"],
      trailers: [
        ["x-checksum", "abc"],
        ["X-Two", "t"],
      ],
      response: {
        body: ["and back"],
        trailers: [
          ["x-checksum", "def"],
          ["grpc-status", "0"],
        ],
      },
    }),
    stream("trailers-without-body", {
      trailers: [["x-checksum", "abc"]],
      response: { trailers: [["x-checksum", "def"]] },
    }),
    stream("hop-by-hop", {
      headers: hopByHop,
      response: {
        headers: [
          ["connection", "close, x-gone"],
          ["keep-alive", "timeout=5"],
          ["x-gone", "not really"],
          ["upgrade", "h2c"],
          ["content-length", "2"],
        ],
        body: ["ok"],
      },
    }),
    stream("head", { method: "HEAD", response: { headers: [["content-length", "1234"]] } }),
    stream("no-content", { method: "DELETE", response: { status: 204 } }),
    stream("not-modified", { response: { status: 304, headers: [["etag", '"1"']] } }),
    stream("odd-status", { response: { status: 299 } }),
    stream("octets", {
      path: "/octets?q=%C3%A9",
      headers: [
        ["x-latin1", "caf\xe9"],
        ["x-high", "\x80\xff"],
        ["x-tab", "a\tb"],
        ["x-trimmed", "  both sides  "],
      ],
      response: {
        headers: [
          ["x-latin1", "caf\xe9"],
          ["content-length", "4"],
        ],
        body: ["\x00\xff\x80\x0a"],
      },
    }),
    stream("put-large", { method: "PUT", ...sized(65_536), response: { ...sized(200_000) } }),
    stream("large-header", {
      headers: [["x-large", "v".repeat(50 * 1024)]],
      response: {
        headers: [
          ["x-large", "r".repeat(50 * 1024)],
          ["content-length", "0"],
        ],
      },
    }),
  ],
};
