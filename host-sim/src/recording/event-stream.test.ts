import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { firstValue, fromText } from "../byte-string.js";
import { parseRecording } from "./open-recording.js";
import { writeEventStream } from "./event-stream-writer.js";
import type { Recording } from "./recording.js";
import { RecordingError } from "./recording-error.js";
import type { RecordedStream } from "./recorded-stream.js";

const parseText = (text: string, source: string): Recording => parseRecording(Buffer.from(text), source);

const edgeCases = readFileSync(
  new URL("../../../examples/recordings/edge-cases.stream.jsonl", import.meta.url),
  "utf8",
);

/** An event file's streams stand in other lines when it is written again. */
const withoutPlace = (stream: RecordedStream): RecordedStream => ({ ...stream, source: "" });

describe("what only HTTP/1.1 has, and answers before the answer", () => {
  const line = (ev: string, fields: object) => JSON.stringify({ v: 1, id: "a", at: 0, ev, ...fields });
  const head = [
    [":authority", "probe.test"],
    [":path", "/"],
    [":method", "GET"],
    [":scheme", "http"],
  ];
  const upgrade = [
    ["connection", "upgrade"],
    ["upgrade", "websocket"],
  ];

  test("a tunnel has a body on both sides, and no framing", () => {
    const text = [
      line("req.headers", { headers: [...head, ...upgrade], end: false, ordered: true }),
      line("res.headers", { headers: [[":status", "101"], ...upgrade], end: false }),
      line("req.data", { utf8: "ping", end: true }),
      line("res.data", { utf8: "pong", end: true }),
    ].join("\n");
    const { streams } = parseText(text, "tunnel.stream.jsonl");
    expect(streams[0]?.response?.body).toEqual({
      kind: "recorded",
      chunks: [new Uint8Array(Buffer.from("pong"))],
    });
    const again = parseText(writeEventStream(streams), "again.stream.jsonl");
    expect(again.streams.map(withoutPlace)).toEqual(streams.map(withoutPlace));
  });

  test("interim answers are kept in order", () => {
    const text = [
      line("req.headers", { headers: head, end: true }),
      line("res.interim", {
        headers: [
          [":status", "103"],
          ["link", "</a.css>"],
        ],
      }),
      line("res.headers", { headers: [[":status", "200"]], end: true }),
    ];
    const { streams } = parseText(text.join("\n"), "interim.stream.jsonl");
    expect(streams[0]?.interim).toEqual([
      [
        [":status", "103"],
        ["link", "</a.css>"],
      ],
    ]);
    expect(writeEventStream(streams)).toContain('"ev":"res.interim"');
    const late = [text[0], text[2]!.replace("true", "false"), text[1]].join("\n");
    expect(() => parseText(late, "late.stream.jsonl")).toThrow("comes behind the res.headers");
    const final = text.join("\n").replace("103", "200");
    expect(() => parseText(final, "final.stream.jsonl")).toThrow("no number from 100 to 199, or 101");
  });
});

describe("the edge cases", () => {
  const { streams } = parseText(edgeCases, "edge-cases.stream.jsonl");
  const byId = new Map(streams.map((stream) => [stream.id, stream]));
  const find = (id: string): RecordedStream => {
    const stream = byId.get(id);
    if (stream === undefined) throw new Error(`no stream ${id}`);
    return stream;
  };
  const chunks = (id: string): readonly Uint8Array[] => {
    const { body } = find(id).request;
    if (body.kind !== "recorded") throw new Error(`the body of ${id} is missing`);
    return body.chunks;
  };

  test("header octets are kept as they are, in both directions", () => {
    expect(firstValue(find("non-utf8-request-header").request.headers, "x-note")).toBe("caf\xe9");
    expect(firstValue(find("non-utf8-response-header").response!.headers, "x-raw")).toBe("\x80\xff");
    expect(firstValue(find("utf8-header").request.headers, "x-note")).toBe(fromText("Crème brûlée"));
    expect(find("non-utf8-trailer").request.trailers).toEqual([["x-note", "caf\xe9"]]);
  });

  test("large headers and bodies are whole", () => {
    expect(firstValue(find("large-request-header").request.headers, "x-large")).toHaveLength(50 * 1024);
    expect(chunks("json-oversized")[0]?.length).toBeGreaterThan(64 * 1024);
    expect(chunks("json-deep-arrays")[0]).toHaveLength(20_000);
  });

  test("chunks, trailers and empty bodies", () => {
    expect(chunks("json-in-chunks").map((chunk) => Buffer.from(chunk).toString())).toEqual([
      '{"name":',
      '"in four',
      ' chunks"',
      "}",
    ]);
    expect(find("json-with-trailers").request.trailers).toEqual([
      ["x-checksum", "2a"],
      ["x-checksum", "2b"],
    ]);
    expect(chunks("request-content-length-zero")).toEqual([]);
    expect(chunks("request-chunked-empty")).toEqual([]);
    expect(chunks("empty-body-with-trailers")).toEqual([]);
  });

  test("written again, the file is the same but for insignificant spelling", () => {
    const again = parseText(writeEventStream(streams), "edge-cases.stream.jsonl");
    expect(again.streams.map(withoutPlace)).toEqual(streams.map(withoutPlace));
  });
});

const event = (ev: string, fields: object, id = "a1"): string =>
  JSON.stringify({ v: 1, id, at: 0, ev, ...fields });
const PSEUDO = [
  [":authority", "a"],
  [":path", "/"],
  [":method", "POST"],
  [":scheme", "http"],
];
const request = (fields: object = {}, id = "a1"): string =>
  event("req.headers", { headers: PSEUDO, end: true, ...fields }, id);
const openRequest = request({ headers: [...PSEUDO, ["transfer-encoding", "chunked"]], end: false });
const parse = (...lines: string[]) => parseText(lines.join("\n"), "a.stream.jsonl").streams;

test("streams may be interleaved; blank lines and CRLF are no events", () => {
  const streams = parse(
    request({}, "a") + "\r",
    "",
    request({}, "b"),
    event("res.headers", { headers: [[":status", "200"]], end: true }, "a"),
  );
  expect(streams.map(({ id, source, response }) => [id, source, response?.headers])).toEqual([
    ["a", "a.stream.jsonl, line 1", [[":status", "200"]]],
    ["b", "a.stream.jsonl, line 3", undefined],
  ]);
});

test("on HTTP/2 an empty chunk is a frame", () => {
  const [stream] = parse(
    request({ protocol: "HTTP/2", end: false }),
    event("req.data", { utf8: "", end: true }),
  );
  expect(stream).toMatchObject({ protocol: "HTTP/2", request: { body: { chunks: [new Uint8Array()] } } });
});

test("a missing body stays missing, notes stay notes", () => {
  const [stream] = parse(
    request({ end: false, notes: ["One."] }),
    event("req.data", { missing: { size: 5, reason: "lost" }, end: true }),
  );
  expect(stream).toMatchObject({
    notes: ["One."],
    request: { body: { kind: "missing", size: 5, reason: "lost" } },
  });
});

test("a stream knows when it began; times in it count where its order does", () => {
  const later = event("res.headers", { at: 20, headers: [[":status", "200"]], end: true });
  const [free] = parse(request({ at: 12.5 }), later);
  expect(free).toMatchObject({
    at: 12.5,
    notes: ['The times of its events are not replayed: its req.headers does not say "ordered": true.'],
  });
  const [ordered] = parse(request({ at: 12.5, ordered: true }), later);
  expect(ordered).toMatchObject({ at: 12.5, notes: [], order: ["request", { wait: 7.5 }, "response"] });
});

describe("order", () => {
  const response = (fields: object): string =>
    event("res.headers", { headers: [[":status", "200"]], ...fields });
  const data = (side: string, utf8: string, end: boolean): string => event(`${side}.data`, { utf8, end });
  const ordered = request({
    ordered: true,
    end: false,
    headers: [...PSEUDO, ["transfer-encoding", "chunked"]],
  });

  test("an upstream that answers early", () => {
    const [stream] = parse(
      ordered,
      data("req", "one", false),
      response({ end: false }),
      data("res", "early", true),
      data("req", "two", true),
    );
    expect(stream?.order).toEqual([
      "request",
      "request",
      "response",
      "response",
      "response",
      "request",
      "request",
    ]);
  });

  test("a client that goes away: its request has no end", () => {
    const [stream] = parse(ordered, data("req", "one", false), event("reset", { at: 30, by: "client" }));
    expect(stream).toMatchObject({
      order: ["request", "request", { wait: 30 }, { reset: "client" }],
      response: null,
      request: { body: { chunks: [new Uint8Array(Buffer.from("one"))] } },
    });
  });

  test("from rest on the order is free", () => {
    const [stream] = parse(ordered, event("rest", {}), data("req", "one", true), response({ end: true }));
    expect(stream?.order).toEqual(["request"]);
  });
});

describe("a stream is given as soon as it is over", () => {
  test("in the order in which streams end", () => {
    const end = (id: string): string =>
      event("res.headers", { headers: [[":status", "200"]], end: true }, id);
    const streams = parse(
      request({}, "long"),
      request({}, "short"),
      end("short"),
      request({}, "unanswered"),
      event("done", {}, "unanswered"),
      request({}, "last"),
      end("last"),
      end("long"),
    );
    expect(streams.map(({ id }) => id)).toEqual(["short", "unanswered", "last", "long"]);
  });

  test("what it expects may follow until the next stream begins", () => {
    const answer = event("res.headers", { headers: [[":status", "200"]], end: true });
    const expectation = event("expect", { outcome: "completed", localReply: null });
    expect(parse(request(), answer, expectation, event("expect", { logs: [] }))[0]?.expect).toEqual({
      outcome: "completed",
      localReply: null,
      logs: [],
    });
    expect(() => parse(request(), answer, request({}, "b"), expectation)).toThrow(
      'line 4: expect of stream "a1" comes before its req.headers, or after it was over',
    );
  });
});

test("answers to callouts", () => {
  const [stream] = parse(
    request(),
    event("callout", {
      cluster: "authn",
      match: [[":path", "/check"]],
      answer: { status: 403, headers: [["x-why", "expired"]], body: { utf8: "no" }, delayMs: 20 },
    }),
    event("callout", { cluster: "authn", answer: { failure: "timeout" } }),
    event("callout", {
      cluster: "greeter",
      method: "/greet.Greeter/Hello",
      answer: { grpcStatus: 0, messages: [{ base64: "CgI=" }] },
    }),
  );
  expect(stream?.callouts).toEqual([
    {
      cluster: "authn",
      match: [[":path", "/check"]],
      answer: {
        status: 403,
        headers: [["x-why", "expired"]],
        body: new Uint8Array(Buffer.from("no")),
        trailers: null,
        delayMs: 20,
      },
    },
    { cluster: "authn", answer: { failure: "timeout" } },
    {
      cluster: "greeter",
      method: "/greet.Greeter/Hello",
      answer: { grpcStatus: 0, messages: [Uint8Array.of(10, 2)] },
    },
  ]);
});

test("connections, time and configurations are items too", () => {
  const line = (fields: object): string => JSON.stringify({ v: 1, at: 0, ...fields });
  const { items } = parseText(
    [
      line({ id: "mail", ev: "tcp.open" }),
      line({ id: "mail", ev: "tcp.data", from: "client", utf8: "HELO" }),
      line({ id: "mail", at: 50, ev: "tcp.data", from: "upstream", base64: "/w==" }),
      line({ id: "mail", at: 50, ev: "tcp.end", from: "client" }),
      line({ id: "mail", at: 50, ev: "tcp.reset", from: "upstream" }),
      line({ ev: "advance", ms: 5000 }),
      line({
        ev: "config",
        plugins: [
          { plugin: "auth", json: { keys: ["a"] } },
          { plugin: "log", utf8: "" },
        ],
      }),
    ].join("\n"),
    "a.stream.jsonl",
  );
  expect(items).toEqual([
    {
      id: "mail",
      source: "a.stream.jsonl, line 1",
      events: [
        { from: "client", kind: "data", bytes: "HELO" },
        { kind: "wait", milliseconds: 50 },
        { from: "upstream", kind: "data", bytes: Uint8Array.of(0xff) },
        { from: "client", kind: "end" },
        { from: "upstream", kind: "reset" },
      ],
    },
    { advanceMs: 5000 },
    {
      update: [
        { plugin: "auth", configuration: '{"keys":["a"]}' },
        { plugin: "log", configuration: "" },
      ],
    },
  ]);
});

describe("what is refused, with its line", () => {
  const refused = (...lines: string[]): string => {
    try {
      parse(...lines);
    } catch (error) {
      if (error instanceof RecordingError) return `${error.code} ${error.message}`;
      throw error;
    }
    throw new Error("was not refused");
  };
  const data = (fields: object): string => event("req.data", { end: true, ...fields });

  test.each([
    [
      [request(), "{"],
      "ERR_RECORDING_TRUNCATED a.stream.jsonl: ends in the middle of a JSON value (line 2, column 2)",
    ],
    [
      [request(), "{} {}"],
      "ERR_RECORDING_NOT_JSON a.stream.jsonl, line 2: has 2 JSON values, expected one event",
    ],
    [[request(), "[]"], "ERR_RECORDING_BAD_FIELD a.stream.jsonl, line 2 is an array, expected an object"],
    [[request({ v: 2 })], "ERR_RECORDING_BAD_FIELD a.stream.jsonl, line 1: v is 2, expected 1"],
    [
      [request({ at: -1 })],
      "ERR_RECORDING_BAD_FIELD a.stream.jsonl, line 1: at is no time in milliseconds since the first event",
    ],
    [
      [request(), event("req.body", {})],
      'ERR_RECORDING_UNKNOWN_EVENT a.stream.jsonl, line 2: ev is "req.body", which is no known event',
    ],
    [
      [request({ eos: true })],
      'ERR_RECORDING_UNKNOWN_EVENT a.stream.jsonl, line 1: req.headers has no field "eos"',
    ],
    [
      [data({ utf8: "" })],
      'ERR_RECORDING_EVENT_ORDER a.stream.jsonl, line 1: req.data of stream "a1" comes before its req.headers, or after it was over',
    ],
    [
      [request(), data({ utf8: "" })],
      'ERR_RECORDING_EVENT_ORDER a.stream.jsonl, line 2: req.data of stream "a1" comes after the end of that direction',
    ],
    [
      [openRequest, openRequest],
      'ERR_RECORDING_EVENT_ORDER a.stream.jsonl, line 2: req.headers of stream "a1" comes a second time',
    ],
    [[openRequest], 'ERR_RECORDING_TRUNCATED a.stream.jsonl, line 1: the request of stream "a1" has no end'],
    [
      [event("res.headers", { headers: [[":status", "200"]], end: true })],
      'ERR_RECORDING_EVENT_ORDER a.stream.jsonl, line 1: res.headers of stream "a1" comes before its req.headers, or after it was over',
    ],
    [
      [openRequest, data({})],
      "ERR_RECORDING_BAD_FIELD a.stream.jsonl, line 2 has none of utf8, base64 and missing, expected one",
    ],
    [
      [openRequest, data({ base64: "x" })],
      "ERR_RECORDING_BAD_FIELD a.stream.jsonl, line 2: base64 is not base64",
    ],
    [
      [request({ headers: PSEUDO.slice(1) })],
      "ERR_RECORDING_BAD_FIELD a.stream.jsonl, line 1: headers has no :authority",
    ],
    [
      [request({ headers: [...PSEUDO, ["X-Upper", ""]] })],
      "ERR_RECORDING_BAD_FIELD a.stream.jsonl, line 1: headers[4][0] is no header name",
    ],
    [
      [request({ headers: [...PSEUDO, ["x"]] })],
      'ERR_RECORDING_BAD_FIELD a.stream.jsonl, line 1: headers[4] is no pair ["name", "value"]',
    ],
    [
      [request({ headers: [...PSEUDO, ["x", { hex: "" }]] })],
      'ERR_RECORDING_BAD_FIELD a.stream.jsonl, line 1: headers[4][1] is neither a string nor {"b64": "..."}',
    ],
    [
      [request({ end: false }), data({ utf8: "a" })],
      'ERR_RECORDING_BAD_FIELD a.stream.jsonl, line 1: the request of stream "a1" has a body or trailers, and neither content-length nor transfer-encoding: chunked',
    ],
    [
      [request({ headers: [...PSEUDO, ["content-length", "2"]], end: false }), data({ utf8: "a" })],
      'ERR_RECORDING_BAD_FIELD a.stream.jsonl, line 1: the request of stream "a1" has a content-length of 2 and a body of 1 bytes',
    ],
    [["", " "], "ERR_RECORDING_EMPTY a.stream.jsonl: is empty"],
  ])("%j", (lines, message) => {
    expect(refused(...lines)).toBe(message);
  });
});
