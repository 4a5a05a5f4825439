import { answer, http1, type Http1Body, http2 } from "../../lab/index.js";
import type { Bench } from "../bench.js";
import { type Case, equal, truth, wrong } from "../case.js";
import type { RowId } from "../rows.js";

interface Text {
  readonly row: RowId;
  readonly name: string;
  readonly bytes: Buffer;
  /** Whether it is a JSON object (RFC 8259). */
  readonly good: boolean;
}

const deep = (open: string, inside: string, close: string) =>
  open.repeat(10_000) + inside + close.repeat(10_000);

const bad = (row: RowId, name: string, text: string): Text => ({
  row,
  name,
  bytes: Buffer.from(text, "latin1"),
  good: false,
});
const good = (row: RowId, name: string, text: string): Text => ({
  row,
  name,
  bytes: Buffer.from(text),
  good: true,
});

const TEXTS: readonly Text[] = [
  bad("json-not", "truncated JSON", '{"order": {"id": 1'),
  bad("json-not", "white space only", " \r\n\t "),
  bad("json-not", "byte order mark before an object", '\xef\xbb\xbf{"a":1}'),
  bad("json-not", "all 256 octets", Array.from({ length: 256 }, (_, at) => String.fromCharCode(at)).join("")),
  bad("json-not", "NUL", "\0"),
  bad("json-not", "10,000 nested arrays", deep("[", "", "]")),
  bad("json-not", "10,000 open arrays", "[".repeat(10_000)),
  bad("json-deep", "10,000 nested objects", deep('{"a":', "1", "}")),
  bad("json-deep", "10,000 open objects", '{"a":'.repeat(10_000)),
  bad("json-values", "string that is not UTF-8", '{"a":"\xff\xfe"}'),
  bad("json-values", "lone surrogate", '{"a":"\\ud800"}'),
  bad("json-values", "\\u without hexadecimal digits", '{"a":"\\uZZZZ"}'),
  good("json-values", "number beyond all doubles", '{"a":1e999}'),
  good("json-values", "integer of 23 digits", '{"a":12345678901234567890123}'),
  bad("json-values", "number with two points", '{"a":1.2.3}'),
  bad("json-values", "garbage after an object", '{"a":1} x'),
  good("json-values", "escaped NUL", '{"a":"\\u0000"}'),
  bad("json-null", "null in place of an object", "null"),
  bad("json-null", "array in place of an object", "[1]"),
  good("json-form-feed", "escaped form feed", '{"a":"\\f"}'),
  good("json-form-feed", "every escape there is", '{"a":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00"}'),
  good("json-form-feed", "the member that is set, twice, escaped once", '{"\\u0063hecked":0,"checked":1}'),
];

const JSON_TYPE: readonly [string, string] = ["content-type", "application/json"];

/** In a request: what is no object gets 400 and the upstream sees nothing; an object arrives whole, with its mark. */
async function inRequest(bench: Bench, station: string, text: Text, body: Http1Body): Promise<void> {
  const response = await http1(bench.port(station), {
    method: "POST",
    path: "/echo",
    headers: [JSON_TYPE],
    body,
  });
  const seen = bench.upstreamRequest();
  if (!text.good) {
    equal(response.status, 400, "the status");
    if (station === "check-request") truth(seen === undefined, "the upstream saw the request");
    else truth(seen?.complete !== true, "the upstream got a whole request");
    return;
  }
  equal(response.status, 200, "the status");
  truth(seen?.complete === true, "the upstream got no whole request");
  checkMarked(text, seen?.body ?? Buffer.alloc(0));
}

/** In a response: what is no object becomes 502; an object arrives whole, with its mark. */
async function inResponse(bench: Bench, text: Text, body: Http1Body): Promise<void> {
  bench.upstream.script = () => answer(200, [JSON_TYPE], body);
  const response = await http1(bench.port("check-response"));
  equal(response.end, "complete", "the end of the response");
  if (!text.good) return equal(response.status, 502, "the status");
  equal(response.status, 200, "the status");
  checkMarked(text, response.body);
}

function checkMarked(text: Text, body: Buffer): void {
  const marked = parse(body);
  const plain = parse(text.bytes);
  equal(marked, { ...plain, checked: true }, "the object");
  // JavaScript's parser cannot tell numbers apart that no double holds: they have to be there as they were.
  for (const number of text.bytes.toString().match(/1e999|\d{23}/g) ?? [])
    truth(body.includes(number), `${number} has changed`);
}

function parse(bytes: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(bytes.toString()) as Record<string, unknown>;
  } catch {
    return wrong(`the receiver got no JSON: ${bytes.toString("latin1").slice(0, 100)}`);
  }
}

/** Each text as a request body and as a response body, in one piece. */
export const json: readonly Case[] = TEXTS.flatMap((text) => [
  {
    row: text.row,
    name: `JSON body, ${text.name}: request`,
    station: "check-request",
    run: (bench) => inRequest(bench, "check-request", text, { kind: "sized", bytes: text.bytes }),
  },
  {
    row: text.row,
    name: `JSON body, ${text.name}: response`,
    station: "check-response",
    run: (bench) => inResponse(bench, text, { kind: "sized", bytes: text.bytes }),
  },
]);

const OBJECT = good("pieces", "", '{"order":{"id":12345,"items":["a","b","c"]},"note":"caf\u00e9 \\f"}');
const BROKEN = bad("pieces", "", '{"order":{"id":12345,"items":["a","b","c"');

const pieces = (bytes: Buffer) => Array.from(bytes, (byte) => String.fromCharCode(byte));

/** Bodies that come in pieces of one byte. */
export const onePieces: readonly Case[] = [OBJECT, BROKEN].flatMap((text) => {
  const what = text.good ? "good" : "bad";
  return [
    {
      row: "pieces",
      name: `${what} JSON in chunks of one byte`,
      station: "check-request",
      run: (bench: Bench) =>
        inRequest(bench, "check-request", text, { kind: "chunked", chunks: pieces(text.bytes) }),
    },
    {
      row: "pieces",
      name: `${what} JSON in writes of one byte`,
      station: "check-request",
      run: async (bench: Bench) => {
        const response = await http1(bench.port("check-request"), {
          method: "POST",
          headers: [JSON_TYPE],
          body: { kind: "chunked", chunks: pieces(text.bytes) },
          gapMs: 2,
        });
        equal(response.status, text.good ? 200 : 400, "the status");
        const seen = bench.upstreamRequest();
        if (text.good) checkMarked(text, seen?.body ?? Buffer.alloc(0));
        else truth(seen === undefined, "the upstream saw the request");
      },
    },
    {
      row: "pieces",
      name: `${what} JSON in DATA frames of one byte`,
      station: "check-request",
      run: async (bench: Bench) => {
        const response = await http2(bench.port("check-request"), {
          method: "POST",
          headers: [JSON_TYPE],
          data: pieces(text.bytes),
          gapMs: 1,
        });
        equal(response.status, text.good ? 200 : 400, "the status");
        const seen = bench.upstreamRequest();
        if (text.good) checkMarked(text, seen?.body ?? Buffer.alloc(0));
        else truth(seen === undefined, "the upstream saw the request");
      },
    },
    {
      row: "pieces",
      name: `${what} JSON in chunks of one byte: response`,
      station: "check-response",
      run: (bench: Bench) => inResponse(bench, text, { kind: "chunked", chunks: pieces(text.bytes) }),
    },
  ] satisfies Case[];
});

/** Bodies that end with trailers: no body callback says that they are complete. */
export const trailers: readonly Case[] = [OBJECT, BROKEN].flatMap((text) => {
  const what = text.good ? "good" : "bad";
  const chunks = [text.bytes.subarray(0, 10), text.bytes.subarray(10)];
  const body: Http1Body = { kind: "chunked", chunks, trailers: [["x-checksum", "1"]] };
  return [
    {
      row: "trailers",
      name: `${what} JSON, then trailers: HTTP/1 request`,
      station: "check-request",
      run: (bench: Bench) => inRequest(bench, "check-request", text, body),
    },
    {
      row: "trailers",
      name: `${what} JSON, then trailers: HTTP/1 request, headers not held`,
      station: "check-streamed-request",
      run: (bench: Bench) => inRequest(bench, "check-streamed-request", text, body),
    },
    {
      row: "trailers",
      name: `${what} JSON, then trailers: HTTP/2 request`,
      station: "check-request",
      run: async (bench: Bench) => {
        const response = await http2(bench.port("check-request"), {
          method: "POST",
          headers: [JSON_TYPE],
          data: chunks,
          trailers: [["x-checksum", "1"]],
        });
        equal(response.status, text.good ? 200 : 400, "the status");
        const seen = bench.upstreamRequest();
        if (text.good) {
          checkMarked(text, seen?.body ?? Buffer.alloc(0));
          equal(seen?.trailers, [["x-checksum", "1"]], "the upstream's trailers");
        } else truth(seen === undefined, "the upstream saw the request");
      },
    },
    {
      row: "trailers",
      name: `${what} JSON, then trailers: response`,
      station: "check-response",
      run: (bench: Bench) => inResponse(bench, text, body),
    },
  ] satisfies Case[];
});

const NOTHING = bad("empty-body", "", "");

/** Every way to send no body at all: all are judged, none passes. */
export const emptyBodies: readonly Case[] = [
  ...["check-request", "check-streamed-request"].flatMap((station): Case[] => [
    {
      row: "empty-body",
      name: `content-length: 0 (${station})`,
      station,
      run: (bench) => inRequest(bench, station, NOTHING, { kind: "sized", bytes: "" }),
    },
    {
      row: "empty-body",
      name: `POST without any body (${station})`,
      station,
      run: (bench) => inRequest(bench, station, NOTHING, { kind: "none" }),
    },
    {
      row: "empty-body",
      name: `chunked body without chunks (${station})`,
      station,
      run: (bench) => inRequest(bench, station, NOTHING, { kind: "chunked", chunks: [] }),
    },
    {
      row: "empty-body",
      name: `chunked body of trailers only (${station})`,
      station,
      run: (bench) =>
        inRequest(bench, station, NOTHING, { kind: "chunked", chunks: [], trailers: [["x-end", "1"]] }),
    },
    {
      row: "empty-body",
      name: `empty DATA frame with END_STREAM (${station})`,
      station,
      run: async (bench) => {
        const response = await http2(bench.port(station), {
          method: "POST",
          headers: [JSON_TYPE],
          data: [""],
        });
        equal(response.status, 400, "the status");
      },
    },
    {
      row: "empty-body",
      name: `HTTP/2 trailers without data (${station})`,
      station,
      run: async (bench) => {
        const response = await http2(bench.port(station), {
          method: "POST",
          headers: [JSON_TYPE],
          trailers: [["x-end", "1"]],
        });
        equal(response.status, 400, "the status");
      },
    },
  ]),
  {
    row: "empty-body",
    name: "content-length: 0: response",
    station: "check-response",
    run: (bench) => inResponse(bench, NOTHING, { kind: "sized", bytes: "" }),
  },
  {
    row: "empty-body",
    name: "chunked body without chunks: response",
    station: "check-response",
    run: (bench) => inResponse(bench, NOTHING, { kind: "chunked", chunks: [] }),
  },
  {
    row: "empty-body",
    name: "chunked body of trailers only: response",
    station: "check-response",
    run: (bench) => inResponse(bench, NOTHING, { kind: "chunked", chunks: [], trailers: [["x-end", "1"]] }),
  },
];
