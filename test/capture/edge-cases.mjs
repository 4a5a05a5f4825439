// Writes examples/recordings/edge-cases.stream.jsonl: streams that neither a browser nor a tap can record, or that
// nobody sends on a good day. Each is named for what is unusual about it.
import { FIXED_DATE } from "./site/site-server.mjs";
import { RECORDINGS, writeRecording } from "./write-recording.mjs";

const KIB = 1024;
const JSON_TYPE = ["content-type", "application/json"];
const CHUNKED = ["transfer-encoding", "chunked"];
const API_KEY = ["x-api-key", "demo-key"];

const bytes = (...parts) => Buffer.concat(parts.map((part) => Buffer.from(part)));
const octets = (...parts) => ({ b64: bytes(...parts).toString("base64") });
const length = (body) => ["content-length", String(Buffer.byteLength(body))];

/** A POST of JSON in one piece. */
const post = (body, { path = "/api/items", headers = [JSON_TYPE, API_KEY] } = {}) => ({
  method: "POST",
  path,
  headers: [...headers, length(body)],
  chunks: [body],
});

/** A POST of JSON in several pieces, or with trailers. */
const postChunked = (chunks, trailers) => ({
  method: "POST",
  path: "/api/items",
  headers: [JSON_TYPE, API_KEY, CHUNKED],
  chunks,
  trailers,
});

const get = (path, headers = [API_KEY]) => ({ method: "GET", path, headers });
const ok = { status: 200, headers: [JSON_TYPE, length('{"ok":true}')], chunks: ['{"ok":true}'] };
const text = (body, ...headers) => ({
  status: 200,
  headers: [["content-type", "text/plain"], ...headers, length(body)],
  chunks: [body],
});

const streams = {
  // Header bytes and sizes.
  "non-utf8-request-header": [
    get("/", [["x-note", octets("caf", [0xe9])], API_KEY, ["x-after", "read on"]]),
    ok,
  ],
  "non-utf8-response-header": [
    get("/"),
    text("latin", ["x-note", octets("caf", [0xe9])], ["x-raw", octets([0x80, 0xff])]),
  ],
  "non-utf8-api-key": [get("/", [["x-api-key", octets("demo-", [0xff])]]), ok],
  "utf8-header": [get("/", [["x-note", "Crème brûlée"], API_KEY]), text("utf8", ["x-note", "Crème brûlée"])],
  "large-request-header": [get("/", [["x-large", "r".repeat(50 * KIB)], API_KEY]), ok],
  "large-response-header": [get("/"), text("large", ["x-large", "s".repeat(50 * KIB)])],
  "duplicate-request-headers": [
    get("/", [
      ["x-repeated", "one"],
      API_KEY,
      ["x-repeated", "two"],
      ["cookie", "a=1"],
      ["x-repeated", ""],
      ["cookie", "b=2"],
    ]),
    ok,
  ],
  "duplicate-response-headers": [
    get("/"),
    text("twice", ["set-cookie", "a=1"], ["x-repeated", "one"], ["set-cookie", "b=2"], ["x-repeated", "one"]),
  ],
  "two-api-keys": [get("/", [["x-api-key", "wrong-key"], API_KEY]), ok],
  "empty-header-value": [get("/", [["x-empty", ""], API_KEY]), text("empty", ["x-empty", ""])],
  "empty-api-key": [get("/", [["x-api-key", ""]]), ok],
  "missing-headers": [get("/", []), { status: 200, headers: [length("bare")], chunks: ["bare"] }],
  "missing-content-type": [post('{"name":"Tea"}', { headers: [API_KEY] }), ok],

  // Empty bodies.
  "request-content-length-zero": [
    { method: "POST", path: "/api/items", headers: [JSON_TYPE, API_KEY, ["content-length", "0"]] },
    ok,
  ],
  "request-chunked-empty": [
    { method: "POST", path: "/api/items", headers: [JSON_TYPE, API_KEY, CHUNKED], chunks: [""] },
    ok,
  ],
  "response-content-length-zero": [get("/"), { status: 200, headers: [["content-length", "0"]] }],
  "response-chunked-empty": [get("/"), { status: 200, headers: [CHUNKED], chunks: [""] }],
  head: [
    { method: "HEAD", path: "/", headers: [API_KEY] },
    { status: 200, headers: [JSON_TYPE, ["content-length", "11"]] },
  ],
  "no-content-204": [get("/"), { status: 204, headers: [] }],
  "not-modified-304": [
    get("/", [["if-none-match", '"1"'], API_KEY]),
    { status: 304, headers: [["etag", '"1"']] },
  ],

  // Pieces and trailers.
  "json-in-chunks": [postChunked(['{"name":', '"in four', ' chunks"', "}"]), ok],
  "json-with-trailers": [
    postChunked(
      ['{"name":"with trailers"}'],
      [
        ["x-checksum", "2a"],
        ["x-checksum", "2b"],
      ],
    ),
    ok,
  ],
  "malformed-json-with-trailers": [postChunked(['{"name":'], [["x-checksum", "2a"]]), ok],
  "empty-body-with-trailers": [postChunked([""], [["x-checksum", "00"]]), ok],
  "non-utf8-trailer": [postChunked(['{"name":"Tea"}'], [["x-note", octets("caf", [0xe9])]]), ok],
  "response-in-chunks": [
    get("/"),
    {
      status: 200,
      headers: [["content-type", "text/plain"], CHUNKED],
      chunks: ["first ", "second ", "third"],
    },
  ],
  "response-with-trailers": [
    get("/", [["te", "trailers"], API_KEY]),
    {
      status: 200,
      headers: [["content-type", "text/plain"], ["trailer", "x-done"], CHUNKED],
      chunks: ["body"],
      trailers: [["x-done", "yes"]],
    },
  ],
  "binary-bodies": [
    post(bytes([0, 1, 2, 0xfe, 0xff]), {
      path: "/uploads",
      headers: [["content-type", "application/octet-stream"], API_KEY],
    }),
    {
      status: 200,
      headers: [
        ["content-type", "application/octet-stream"],
        ["content-length", "4"],
      ],
      chunks: [bytes([0xff, 0, 0x80, 0x0a])],
    },
  ],

  // JSON that is wrong, odd or too much.
  "malformed-json": [post('{"name": "broken", '), ok],
  "json-trailing-garbage": [post('{"name":"Tea"} and more'), ok],
  "json-white-space-only": [post(" \r\n\t"), ok],
  "json-byte-order-mark": [post('\ufeff{"name":"Tea"}'), ok],
  "json-invalid-utf8": [post(bytes('{"name":"caf', [0xe9], '"}')), ok],
  "json-lone-surrogate": [post('{"name":"\\ud800"}'), ok],
  "json-bad-escape": [post('{"name":"\\uZZZZ"}'), ok],
  "json-control-character": [post('{"name":"a\u0001b"}'), ok],
  "json-escapes": [post('{"name":"\\f\\b\\/\\u0000\\ud83c\\udf75"}'), ok],
  "json-numbers": [
    post('{"large":123456789012345678901234,"small":1e-400,"infinite":1e999,"negative":-0.0}'),
    ok,
  ],
  "json-bad-number": [post('{"price":1.2.3}'), ok],
  "json-null": [post("null"), ok],
  "json-array": [post('[{"name":"Tea"}]'), ok],
  "json-empty-object": [post("{}"), ok],
  "json-duplicate-keys": [post('{"name":"first","name":"second"}'), ok],
  "json-deep-arrays": [post("[".repeat(10_000) + "]".repeat(10_000)), ok],
  "json-oversized": [post(JSON.stringify({ name: "n".repeat(70 * KIB) })), ok],
};

function events(id, [request, response]) {
  return [
    ...message(
      id,
      "req",
      [
        [":authority", "shop.example.com"],
        [":path", request.path],
        [":method", request.method],
        [":scheme", "http"],
      ],
      request,
    ),
    ...message(id, "res", [[":status", String(response.status)]], {
      ...response,
      headers: [...response.headers, ["date", FIXED_DATE]],
    }),
  ];
}

function message(id, side, pseudo, { headers, chunks = [], trailers }) {
  const event = (part, fields) => ({ v: 1, id, at: 0, ev: `${side}.${part}`, ...fields });
  return [
    event("headers", {
      headers: [...pseudo, ...headers],
      end: chunks.length === 0 && trailers === undefined,
    }),
    ...chunks.map((chunk, index) =>
      event("data", { ...data(chunk), end: index === chunks.length - 1 && trailers === undefined }),
    ),
    ...(trailers === undefined ? [] : [event("trailers", { headers: trailers })]),
  ];
}

function data(chunk) {
  return typeof chunk === "string" ? { utf8: chunk } : { base64: chunk.toString("base64") };
}

const lines = Object.entries(streams).flatMap(([id, exchange]) =>
  events(id, exchange).map((event) => JSON.stringify(event)),
);
await writeRecording(new URL("edge-cases.stream.jsonl", RECORDINGS), `${lines.join("\n")}\n`);
