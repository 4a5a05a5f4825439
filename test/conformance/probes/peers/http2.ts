import { type MessageParts, sized, stream, type StreamParts } from "../streams.js";

const http2 = (id: string, parts: StreamParts = {}) => stream(id, { protocol: "HTTP/2", ...parts });

const trailers = [
  ["x-checksum", "abc"],
  ["x-end", "1"],
] as const;
const pseudo = (path: string, method = "GET") =>
  [
    [":method", method],
    [":scheme", "http"],
    [":path", path],
    [":authority", "probe.test"],
  ] as const;

/** Messages of every shape. */
export const shapes = [
  http2("get"),
  http2("order-of-pseudo-headers", { head: pseudo("/order") }),
  http2("fields", {
    headers: [
      ["cookie", "a=1"],
      ["x-two", "1"],
      ["cookie", "b=2"],
      ["x-two", "2"],
      ["x-octets", "\x80\xff"],
      ["te", "trailers"],
      ["accept", "a"],
      ["accept", "b"],
      ["cookie", "c=3; d=4"],
      ["x-envoy-internal", "true"],
      ["x-empty", ""],
      ["x-spaces", "a  b"],
      ["user-agent", "probe"],
    ],
    response: {
      headers: [
        ["set-cookie", "a=1"],
        ["set-cookie", "b=2"],
        ["x-two", "1"],
        ["x-two", "2"],
        ["server", "probe"],
        ["x-octets", "\x80\xff"],
        ["date", "Mon, 01 Jan 2024 00:00:00 GMT"],
      ],
      body: ["ok"],
    },
  }),
  http2("te-gzip", { headers: [["te", "gzip"]] }),
  http2("te-both", { headers: [["te", "gzip, trailers"]] }),
  http2("host-besides-authority", { headers: [["host", "other.test"]] }),
  http2("host-alone", {
    head: [
      [":method", "GET"],
      [":scheme", "http"],
      [":path", "/"],
    ],
    headers: [["host", "alone.test"]],
  }),
  http2("https", {
    head: [
      [":method", "GET"],
      [":scheme", "https"],
      [":path", "/"],
      [":authority", "probe.test"],
    ],
  }),
  http2("forwarded-proto", { headers: [["x-forwarded-proto", "https"]] }),
  http2("chunks", { body: ["Hello ", "World!"], response: { body: ["Hello ", "client!"] } }),
  http2("sized", { ...sized("Hello ", "World!"), response: sized("Hello ", "client!") }),
  http2("end-apart", { body: ["Hello", ""], response: { body: ["Hello", ""] } }),
  http2("empty-body", { method: "POST", body: [""], response: { body: [""] } }),
  http2("length-0", {
    method: "POST",
    headers: [["content-length", "0"]],
    response: { headers: [["content-length", "0"]] },
  }),
  http2("length-0-and-empty-body", {
    method: "POST",
    headers: [["content-length", "0"]],
    body: [""],
    response: { headers: [["content-length", "0"]], body: [""] },
  }),
  http2("post-without-body", { method: "POST" }),
  http2("trailers", { body: ["abc", "def"], trailers, response: { body: ["abc", "def"], trailers } }),
  http2("trailers-alone", { method: "POST", trailers, response: { trailers } }),
  http2("trailers-of-sized", { ...sized("abc"), trailers, response: { ...sized("abc"), trailers } }),
  http2("head", { method: "HEAD", response: { headers: [["content-length", "12"]] } }),
  http2("head-without-length", { method: "HEAD" }),
  http2("204", { response: { status: 204 } }),
  http2("304", { response: { status: 304, headers: [["content-length", "5"]] } }),
  http2("16384", { body: [16_384], response: { body: [16_384] } }),
  http2("20000", { body: [20_000], response: { body: [20_000] } }),
  http2("status-299", { response: { status: 299, body: ["odd"] } }),
  http2("empty-frame-between", { body: ["a", "", "b"], response: { body: ["a", "", "b"] } }),
];

const told = (order: string, parts: MessageParts = {}): MessageParts => ({
  ...parts,
  headers: [["x-do", order], ...(parts.headers ?? [])],
});
const body: MessageParts = { body: ["Hello ", "World!"] };

/** Local replies and closes from everywhere, of complete requests and incomplete ones. */
export const replies = [
  ...["reply", "empty-reply", "close"].flatMap((order) => [
    http2(`${order}-get`, told(`${order}-request-headers`)),
    http2(`${order}-post`, told(`${order}-request-headers`, body)),
    http2(`${order}-body`, told(`${order}-request-body`, body)),
    http2(`${order}-body-end`, told(`${order}-request-body-end`, body)),
    http2(`${order}-trailers`, told(`${order}-request-trailers`, { ...body, trailers })),
    http2(`${order}-response`, { ...told(`${order}-response-headers`), response: { body: ["abc", "def"] } }),
    http2(`${order}-response-body`, {
      ...told(`${order}-response-body`),
      response: { body: ["abc", "def"] },
    }),
    http2(`${order}-response-trailers`, {
      ...told(`${order}-response-trailers`),
      response: { body: ["abc"], trailers },
    }),
    http2(`${order}-head`, { ...told(`${order}-request-headers`), method: "HEAD" }),
  ]),
  ...["reply", "empty-reply"].map((order) =>
    http2(`${order}-grpc`, {
      ...told(`${order}-request-headers`, { headers: [["content-type", "application/grpc"]], body: ["abc"] }),
    }),
  ),
  http2("reply-grpc-response", {
    ...told("reply-response-headers", { headers: [["content-type", "application/grpc"]], body: ["abc"] }),
    response: { headers: [["content-type", "application/grpc"]], body: ["abc"] },
  }),
  http2("without-method-get", told("remove::method")),
  http2("without-method-post", told("remove::method", body)),
  http2("held-response-body-release", {
    ...told("release-response-body"),
    response: { body: ["abc", "def"] },
  }),
  http2("held-request-body-release", told("release-request-body", { body: ["abc", "def"] })),
  http2("held-large", {
    ...told("release-request-body,release-response-body", { body: [20_000, 20_000] }),
    response: { body: [20_000, 20_000] },
  }),
  http2("held-for-ever", told("hold-request-headers")),
  http2("response-held-for-ever", { ...told("hold-response-headers"), response: { body: ["abc"] } }),
  http2("response-body-held-for-ever", { ...told("hold-response-body"), response: { body: ["abc"] } }),
];

/** Requests that no client should send. */
export const bad = [
  http2("no-path", { head: pseudo("/").filter(([name]) => name !== ":path") }),
  http2("no-method", { head: pseudo("/").filter(([name]) => name !== ":method") }),
  http2("no-scheme", { head: pseudo("/").filter(([name]) => name !== ":scheme") }),
  http2("no-authority", { head: pseudo("/").filter(([name]) => name !== ":authority") }),
  http2("empty-path", { head: pseudo("") }),
  http2("relative-path", { head: pseudo("relative") }),
  http2("star-path", { head: pseudo("*") }),
  http2("options-star", { head: pseudo("*", "OPTIONS") }),
  http2("fragment", { head: pseudo("/a#b") }),
  http2("path-space", { head: pseudo("/a b") }),
  http2("path-octet", { head: pseudo("/\x80") }),
  http2("bad-method", { head: pseudo("/", "GE T") }),
  http2("other-method", { head: pseudo("/", "BREW") }),
  http2("other-scheme", {
    head: [
      [":method", "GET"],
      [":scheme", "ftp"],
      [":path", "/"],
      [":authority", "probe.test"],
    ],
  }),
  http2("path-twice", { head: [...pseudo("/"), [":path", "/two"]] }),
  http2("unknown-pseudo", { head: [...pseudo("/"), [":other", "1"]] }),
  http2("pseudo-late", {
    headers: [
      ["x-a", "1"],
      [":late", "1"],
    ],
  }),
  http2("authority-late", {
    head: pseudo("/").filter(([name]) => name !== ":authority"),
    headers: [
      ["x-a", "1"],
      [":authority", "probe.test"],
    ],
  }),
  http2("bad-authority", { head: [...pseudo("/").slice(0, 3), [":authority", "pro be"]] }),
  http2("user-in-authority", { head: [...pseudo("/").slice(0, 3), [":authority", "user@probe.test"]] }),
  http2("upper-case", { headers: [["X-Upper", "1"]] }),
  http2("space-in-name", { headers: [["x a", "1"]] }),
  http2("empty-name", { headers: [["", "1"]] }),
  http2("underscore", { headers: [["x_a", "1"]] }),
  http2("newline", { headers: [["x-a", "1\n2"]] }),
  http2("nul", { headers: [["x-a", "1\x002"]] }),
  http2("control", { headers: [["x-a", "1\x012"]] }),
  http2("space-around", { headers: [["x-a", " 1 "]] }),
  http2("connection", { headers: [["connection", "close"]] }),
  http2("keep-alive", { headers: [["keep-alive", "1"]] }),
  http2("proxy-connection", { headers: [["proxy-connection", "close"]] }),
  http2("upgrade", { headers: [["upgrade", "websocket"]] }),
  http2("transfer-encoding", { headers: [["transfer-encoding", "chunked"]], body: ["abc"] }),
  http2("transfer-encoding-get", { headers: [["transfer-encoding", "chunked"]] }),
  http2("length-short", { headers: [["content-length", "2"]], body: ["abc"] }),
  http2("length-long", { headers: [["content-length", "5"]], body: ["abc"] }),
  http2("length-long-two", { headers: [["content-length", "9"]], body: ["abc", "def"] }),
  http2("length-without-body", { headers: [["content-length", "5"]] }),
  http2("length-bad", { headers: [["content-length", "x"]], body: ["abc"] }),
  http2("length-twice", {
    headers: [
      ["content-length", "3"],
      ["content-length", "3"],
    ],
    body: ["abc"],
  }),
  http2("length-twice-different", {
    headers: [
      ["content-length", "3"],
      ["content-length", "4"],
    ],
    body: ["abc"],
  }),
  http2("many-fields", { headers: Array.from({ length: 120 }, (_, index) => [`x-${index}`, "1"] as const) }),
  http2("ninety-six-fields", {
    headers: Array.from({ length: 96 }, (_, index) => [`x-${index}`, "1"] as const),
  }),
  http2("large-field", { headers: [["x-large", "a".repeat(61 * 1024)]] }),
  http2("nearly-large-field", { headers: [["x-large", "a".repeat(59 * 1024)]] }),
  http2("large-body-of-headers", { headers: [["x-large", "a".repeat(61 * 1024)]], body: ["abc"] }),
  http2("expect", { method: "POST", headers: [["expect", "100-continue"]], body: ["abc"] }),
  http2("connect", {
    head: [
      [":method", "CONNECT"],
      [":authority", "probe.test:80"],
    ],
  }),
  http2("extended-connect", {
    head: [
      [":method", "CONNECT"],
      [":protocol", "websocket"],
      [":scheme", "http"],
      [":path", "/"],
      [":authority", "probe.test"],
    ],
  }),
  http2("pseudo-in-trailers", { body: ["abc"], trailers: [[":path", "/"]] }),
  http2("upper-case-in-trailers", { body: ["abc"], trailers: [["X-Upper", "1"]] }),
  http2("many-trailers", {
    body: ["abc"],
    trailers: Array.from({ length: 120 }, (_, index) => [`x-${index}`, "1"] as const),
  }),
  http2("large-trailers", { body: ["abc"], trailers: [["x-large", "a".repeat(61 * 1024)]] }),
  http2("length-long-trailers", { headers: [["content-length", "5"]], body: ["abc"], trailers }),
  http2("bad-forwarded-proto", { headers: [["x-forwarded-proto", "ftp"]] }),
];
