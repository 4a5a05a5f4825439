import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { firstValue } from "../byte-string.js";
import type { Recording } from "./recording.js";
import { RecordingError } from "./recording-error.js";
import type { RecordedMessage, RecordedStream } from "./recorded-stream.js";
import { parseRecording } from "./open-recording.js";

const parseContent = (content: string | Uint8Array, source: string): Recording =>
  parseRecording(typeof content === "string" ? Buffer.from(content) : content, source);

const shared = (name: string): Buffer =>
  readFileSync(new URL(`../../../examples/recordings/${name}`, import.meta.url));
const captured = (name: string): Buffer =>
  readFileSync(new URL(`../../../test/capture/recordings/${name}`, import.meta.url));

const chunks = (message: RecordedMessage | null | undefined): string[] => {
  if (message?.body.kind !== "recorded")
    throw new Error(`no recorded body: ${JSON.stringify(message?.body)}`);
  return message.body.chunks.map((chunk) => Buffer.from(chunk).toString());
};

/** What does not change from one capture to the next. */
const withoutIds = (stream: RecordedStream): RecordedStream => ({ ...stream, id: "", source: "" });

describe("streamed, JSON", () => {
  const { streams, skipped } = parseContent(shared("tap-streamed.json").toString(), "tap-streamed.json");
  const find = (method: string, path: string, nth = 0): RecordedStream => {
    const found = streams.filter(
      ({ request }) =>
        firstValue(request.headers, ":method") === method && firstValue(request.headers, ":path") === path,
    )[nth];
    if (found === undefined) throw new Error(`${method} ${path} is not in the recording`);
    return found;
  };

  test("the pieces of a trace are one stream, named by its 64-bit id", () => {
    expect(streams).toHaveLength(20);
    expect(skipped).toEqual([]);
    for (const { id, source } of streams) {
      expect(id).toMatch(/^\d+$/);
      expect(source).toMatch(/^tap-streamed\.json, line \d+$/);
    }
  });

  test("the pieces of a body stay the pieces that the tap saw", () => {
    expect(chunks(find("POST", "/api/items", 2).request)).toEqual([
      '{"name":"in three',
      ' writes","price"',
      ":3}",
    ]);
    expect(chunks(find("GET", "/stream.txt").response)).toEqual(["first\n", "second\n", "third\n"]);
  });

  test("a request without content-length was chunked", () => {
    const { request, notes } = find("POST", "/api/items", 2);
    expect(request.headers.at(-1)).toEqual(["transfer-encoding", "chunked"]);
    expect(notes).toEqual([
      "The request had no content-length, so it was chunked: transfer-encoding is added.",
    ]);
  });

  test("trailers of both directions", () => {
    expect(find("POST", "/api/items", 3).request.trailers).toEqual([["x-checksum", "2a"]]);
    expect(find("GET", "/trailers").response?.trailers).toEqual([
      ["x-checksum", "7f"],
      ["x-done", "yes"],
    ]);
  });

  test("repeated and empty headers", () => {
    expect(find("GET", "/repeated-headers").request.headers.slice(4, 9)).toEqual([
      ["x-repeated", "one"],
      ["x-repeated", "two"],
      ["x-empty", ""],
      ["cookie", "a=1"],
      ["cookie", "b=2"],
    ]);
  });

  test("compressed bytes stay compressed", () => {
    const response = find("GET", "/terms.txt").response;
    expect(firstValue(response!.headers, "content-encoding")).toBe("gzip");
    expect(response?.body).toMatchObject({ kind: "recorded", chunks: [{ length: 83 }] });
  });

  test("HEAD, 204 and 304 have no body and keep their headers", () => {
    for (const stream of [
      find("HEAD", "/api/items"),
      find("GET", "/status/204"),
      find("GET", "/status/304"),
    ]) {
      expect(chunks(stream.response)).toEqual([]);
    }
    expect(firstValue(find("HEAD", "/api/items").response!.headers, "content-length")).toBe("79");
  });

  test("protobuf and JSON of the same requests are the same streams", () => {
    const fromProtobuf = parseContent(shared("tap-streamed.pb_length_delimited"), "tap").streams;
    expect(fromProtobuf).toHaveLength(7);
    expect(fromProtobuf.map(withoutIds)).toEqual(streams.slice(0, 7).map(withoutIds));
  });

  test("lowerCamelCase is read as well", () => {
    const camel = shared("tap-streamed.json")
      .toString()
      .replace(
        /"([a-z]+_[a-z_]+)": /g,
        (_, name: string) => `"${name.replace(/_([a-z])/g, (__, letter: string) => letter.toUpperCase())}": `,
      );
    expect(camel).toContain("httpStreamedTraceSegment");
    expect(parseContent(camel, "tap-streamed.json").streams).toEqual(streams);
  });
});

describe("buffered", () => {
  const buffered = parseContent(captured("buffered.pb_length_delimited"), "tap").streams;

  test("one message is one stream, trailers included, and a note tells what it shows", () => {
    expect(buffered.map(({ id }) => id)).toEqual(["trace-1", "trace-2", "trace-3", "trace-4"]);
    expect(buffered[3]?.request.trailers).toEqual([["x-checksum", "2a"]]);
    expect(buffered[0]?.notes).toEqual([
      "A buffered tap shows the headers as later filters left them; record with streaming: true.",
    ]);
  });

  test("JSON and protobuf of the same request are the same stream", () => {
    const [fromJson] = parseContent(shared("tap-buffered.json").toString(), "tap-buffered.json").streams;
    expect(withoutIds(fromJson!)).toEqual(withoutIds(buffered[0]!));
  });
});

test("an HTTP/2 client is known by the order of its pseudo headers, which then become the usual order", () => {
  const { streams } = parseContent(captured("http2.json").toString(), "http2.json");
  expect(streams.map(({ protocol }) => protocol)).toEqual(["HTTP/2", "HTTP/2", "HTTP/2", "HTTP/2"]);
  expect(streams[2]?.request.headers.slice(0, 4).map(([name]) => name)).toEqual([
    ":authority",
    ":path",
    ":method",
    ":scheme",
  ]);
  expect(chunks(streams[2]?.request)).toHaveLength(3);
  expect(streams[3]?.request.trailers).toEqual([["x-checksum", "2a"]]);
});

test("a body that the tap cut off is missing, of the announced size", () => {
  const [stream] = parseContent(captured("truncated.json").toString(), "truncated.json").streams;
  expect(stream?.request.body).toMatchObject({ kind: "missing", size: 38 });
  expect(stream?.response?.body).toMatchObject({ kind: "missing", size: 45 });
});

test("a body as a string has lost its bytes without a sign, so a note says it", () => {
  const [stream] = parseContent(captured("as-string.json").toString(), "as-string.json").streams;
  expect(stream?.request.body).toEqual({ kind: "recorded", chunks: [new Uint8Array([0, 1, 2, 0x20, 0x20])] });
  expect(stream?.notes[0]).toBe(
    "The request's body was tapped as a string, which loses bytes that are not UTF-8; record with JSON_BODY_AS_BYTES.",
  );
});

describe("made by hand", () => {
  const pair = (key: string, value: string): object => ({ key, value });
  const requestHeaders = [
    pair(":authority", "a"),
    pair(":path", "/"),
    pair(":method", "POST"),
    pair(":scheme", "http"),
  ];
  const segment = (piece: object, id = "1"): string =>
    JSON.stringify({ http_streamed_trace_segment: { trace_id: id, ...piece } });
  const parse = (...lines: string[]) => parseContent(lines.join("\n"), "tap.json");
  const refused = (...lines: string[]): RecordingError => {
    try {
      parse(...lines);
    } catch (error) {
      if (error instanceof RecordingError) return error;
      throw error;
    }
    throw new Error("was not refused");
  };
  const request = segment({ request_headers: { headers: requestHeaders } });

  test("traces may be interleaved", () => {
    const { streams } = parse(
      segment({ request_headers: { headers: requestHeaders } }, "1"),
      segment({ request_headers: { headers: requestHeaders } }, "2"),
      segment({ request_body_chunk: { as_bytes: "YQ==" } }, "1"),
      segment({ request_body_chunk: { as_bytes: "Yg==" } }, "2"),
    );
    expect(streams.map((stream) => [stream.id, chunks(stream.request)])).toEqual([
      ["1", ["a"]],
      ["2", ["b"]],
    ]);
  });

  test("raw_value is taken over value", () => {
    const headers = [...requestHeaders, { key: "x-raw", value: "!", raw_value: "6Q==" }];
    expect(parse(segment({ request_headers: { headers } })).streams[0]?.request.headers[4]).toEqual([
      "x-raw",
      "\xe9",
    ]);
  });

  test("without response headers there is no response", () => {
    expect(parse(request).streams[0]).toMatchObject({
      response: null,
      notes: ["The trace has no response."],
    });
  });

  test("a stream that was cut in its body has a missing body", () => {
    const headers = [...requestHeaders, pair("content-length", "9")];
    const { streams } = parse(
      segment({ request_headers: { headers } }),
      segment({ request_body_chunk: { as_bytes: "YWI=" } }),
    );
    expect(streams[0]?.request.body).toEqual({
      kind: "missing",
      size: 9,
      reason: "the stream was cut after 2 of 9 bytes",
    });
  });

  test("what is no HTTP stream is skipped", () => {
    const connectRequest = segment(
      { request_headers: { headers: [pair(":authority", "a:1"), pair(":method", "CONNECT")] } },
      "2",
    );
    const { skipped } = parse(
      JSON.stringify({ socket_buffered_trace: {} }),
      segment({ response_body_chunk: {} }, "1"),
      connectRequest,
    );
    expect(skipped.map(({ reason }) => reason)).toEqual([
      "it is the trace of a socket, not of an HTTP stream",
      "the trace has no request headers",
      "CONNECT streams are not replayed",
    ]);
  });

  test.each([
    [[request, request], "tap.json, line 2: has request headers a second time for its trace_id"],
    [
      [segment({ request_headers: { headers: requestHeaders.slice(1) } })],
      "tap.json, line 1: the request of this trace has no :authority",
    ],
    [
      [request, segment({ response_headers: { headers: [pair(":status", "x")] } })],
      "tap.json, line 1: the response of this trace has a :status that is no number from 200 to 999",
    ],
    [
      [segment({ request_body_chunk: { as_bytes: "?" } })],
      "tap.json, line 1: http_streamed_trace_segment.request_body_chunk.as_bytes is not base64",
    ],
    [
      [segment({ request_headers: {} }), "{}"],
      "tap.json, line 2 has neither http_buffered_trace nor http_streamed_trace_segment",
    ],
  ])("%j", (lines, message) => {
    expect(refused(...lines)).toMatchObject({ code: "ERR_RECORDING_BAD_FIELD", message });
  });
});

test("where a filter before the tap answers, Envoy begins the trace with a segment of nothing", () => {
  const segment = (piece: object): string =>
    JSON.stringify({ http_streamed_trace_segment: { trace_id: "1", ...piece } });
  const response = segment({ response_headers: { headers: [{ key: ":status", value: "403" }] } });
  const skipped = [{ source: "tap.json, line 1", reason: "the trace has no request headers" }];
  expect(parseContent(`${segment({})}\n${response}`, "tap.json")).toMatchObject({ streams: [], skipped });
  expect(parseContent(Uint8Array.of(4, 0x12, 2, 0x08, 0x01), "tap").streams).toEqual([]);
});

describe("broken protobuf", () => {
  const whole = shared("tap-streamed.pb_length_delimited");
  const codeOf = (bytes: Uint8Array): string => {
    try {
      parseContent(bytes, "tap");
    } catch (error) {
      if (error instanceof RecordingError) return error.code;
      throw error;
    }
    return "read";
  };

  test("a file cut in a message is truncated", () => {
    expect(codeOf(whole.subarray(0, whole.length - 1))).toBe("ERR_RECORDING_TRUNCATED");
  });

  test("a message that is none of a tap's is corrupt", () => {
    expect(codeOf(Uint8Array.of(2, 0x0a, 0, 2, 0x0f, 0))).toBe("ERR_RECORDING_BAD_PROTOBUF");
    expect(codeOf(Uint8Array.of(2, 0x0a, 0, 2, 0x08, 1))).toBe("ERR_RECORDING_BAD_PROTOBUF");
    expect(codeOf(Uint8Array.of(2, 0x08, 0x01))).toBe("ERR_RECORDING_UNKNOWN_FORMAT");
    expect(codeOf(Uint8Array.of())).toBe("ERR_RECORDING_EMPTY");
  });
});
