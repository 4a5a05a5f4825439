import { fromBytes, fromText, type HeaderList, type HeaderPair } from "../byte-string.js";
import { headerProblem } from "./header-field.js";
import { JsonStream } from "./json-stream.js";
import { JsonValue } from "./json-value.js";
import type { TapBody, TapMessage, TapPiece, TapReader, TapTrace } from "./tap-trace.js";

/**
 * The traces of a JSON tap: one pretty-printed object after another. Envoy writes proto field names, other writers of
 * proto JSON lowerCamelCase; 64-bit numbers are strings, bytes are base64.
 */
export function tapJsonReader(source: string, onTrace: (trace: TapTrace) => void): TapReader {
  return new JsonStream({
    source,
    select: "$",
    onValue: (value, { line }) => onTrace(readTrace(JsonValue.top(value, `${source}, line ${line}`))),
  });
}

function readTrace(wrapper: JsonValue): TapTrace {
  const place = wrapper.place;
  const buffered = either(wrapper, "http_buffered_trace");
  if (buffered !== null) {
    return {
      kind: "buffered",
      place,
      request: readMessage(either(buffered, "request")),
      response: readMessage(either(buffered, "response")),
    };
  }
  const segment = either(wrapper, "http_streamed_trace_segment");
  if (segment !== null)
    return { kind: "segment", place, traceId: readTraceId(segment), piece: readPiece(segment) };
  if (either(wrapper, "socket_buffered_trace") ?? either(wrapper, "socket_streamed_trace_segment")) {
    return { kind: "socket", place };
  }
  throw wrapper.bad("has neither http_buffered_trace nor http_streamed_trace_segment");
}

function readTraceId(segment: JsonValue): string {
  const id = either(segment, "trace_id");
  if (id === null) return "0";
  const text = typeof id.value === "number" ? String(id.integer()) : id.string();
  if (!/^\d{1,20}$/.test(text)) throw id.bad("is no unsigned 64-bit number");
  return text;
}

function readPiece(segment: JsonValue): TapPiece | null {
  for (const of of ["request", "response"] as const) {
    for (const part of ["headers", "trailers"] as const) {
      const map = either(segment, `${of}_${part}`);
      // core.v3.HeaderMap: here the list has one more level than in a buffered trace.
      if (map !== null) return { part, of, headers: readHeaders(either(map, "headers")) };
    }
    const chunk = either(segment, `${of}_body_chunk`);
    if (chunk !== null) return { part: "body", of, body: readBody(chunk) };
  }
  return null;
}

function readMessage(message: JsonValue | null): TapMessage | null {
  if (message === null) return null;
  const body = either(message, "body");
  return {
    headers: readHeaders(either(message, "headers")),
    body: body === null ? null : readBody(body),
    trailers: readHeaders(either(message, "trailers")),
  };
}

function readHeaders(list: JsonValue | null): HeaderList {
  if (list === null) return [];
  return list.elements().map((item) => {
    const raw = either(item, "raw_value")?.base64() ?? new Uint8Array();
    const value = raw.length > 0 ? fromBytes(raw) : fromText(item.optional("value")?.string() ?? "");
    const pair: HeaderPair = [fromText(item.field("key").string().toLowerCase()), value];
    const problem = headerProblem(pair);
    if (problem !== null) throw item.field(problem.on === "name" ? "key" : "value").bad(problem.problem);
    return pair;
  });
}

function readBody(body: JsonValue): TapBody {
  const truncated = body.optional("truncated")?.boolean() ?? false;
  const text = either(body, "as_string");
  return text === null
    ? { bytes: either(body, "as_bytes")?.base64() ?? new Uint8Array(), form: "as_bytes", truncated }
    : { bytes: new Uint8Array(Buffer.from(text.string(), "utf8")), form: "as_string", truncated };
}

function either(holder: JsonValue, name: string): JsonValue | null {
  return holder.optional(
    name,
    name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
  );
}
