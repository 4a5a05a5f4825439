import { fromBytes, fromText, type HeaderList, type HeaderPair, firstValue } from "../byte-string.js";
import { framingProblem, responseHasBody } from "./framing.js";
import {
  isFinalStatus,
  headerProblem,
  pseudoHeaderProblem,
  pseudoHeadersFirst,
  REQUEST_PSEUDO_HEADERS,
} from "./header-field.js";
import { readJsonValues, withoutByteOrderMark } from "./json-text.js";
import { JsonValue } from "./json-value.js";
import type { Recording } from "./recording.js";
import { RecordingError } from "./recording-error.js";
import type { RecordedBody, RecordedMessage, RecordedStream } from "./recorded-stream.js";

/** The version that every line of an event file names. */
export const EVENT_STREAM_VERSION = 1;

/**
 * Reads an event file: JSON Lines, one event a line, the events of a stream in order and those of several streams
 * interleaved at will. It holds what HAR and taps cannot: any octet in a header, trailers, chunks, both protocols.
 * `stream.schema.json` describes one line.
 */
export function parseEventStream(text: string, source: string): Recording {
  const streams = new Map<string, StreamUnderway>();
  for (const [index, line] of withoutByteOrderMark(text).split("\n").entries()) {
    if (line.trim() === "") continue;
    const event = readLine(line, source, index + 1);
    const id = readId(event.field("id"));
    const stream = streams.get(id) ?? new StreamUnderway(id, event.place);
    streams.set(id, stream);
    stream.add(event);
  }
  if (streams.size === 0) throw new RecordingError("ERR_RECORDING_EMPTY", `${source}: has no events`);
  return { streams: [...streams.values()].map((stream) => stream.finish()), skipped: [] };
}

const COMMON_FIELDS = ["v", "id", "at", "ev"];

/** The fields of each event besides the common ones. */
const EVENT_FIELDS: Readonly<Record<string, readonly string[]>> = {
  "req.headers": ["headers", "end", "protocol", "notes"],
  "req.data": ["utf8", "base64", "missing", "end"],
  "req.trailers": ["headers"],
  "res.headers": ["headers", "end"],
  "res.data": ["utf8", "base64", "missing", "end"],
  "res.trailers": ["headers"],
};

function readLine(line: string, source: string, number: number): JsonValue {
  const values = [...readJsonValues(line, source, number)];
  const [first] = values;
  const place = `${source}, line ${number}`;
  if (first === undefined || values.length > 1) {
    throw new RecordingError(
      "ERR_RECORDING_NOT_JSON",
      `${place}: has ${values.length} JSON values, expected one event`,
    );
  }
  const event = JsonValue.top(first.value, place);
  const version = event.field("v");
  if (version.integer() !== EVENT_STREAM_VERSION) throw version.badWord(String(EVENT_STREAM_VERSION));
  const at = event.field("at");
  if (typeof at.value !== "number" || at.value < 0)
    throw at.bad("is no time in milliseconds since the first event");

  const name = event.field("ev").string();
  const fields = Object.hasOwn(EVENT_FIELDS, name) ? EVENT_FIELDS[name] : undefined;
  if (fields === undefined) {
    throw new RecordingError(
      "ERR_RECORDING_UNKNOWN_EVENT",
      `${place}: ev is ${JSON.stringify(name.slice(0, 40))}, which is no known event`,
    );
  }
  const stranger = Object.keys(event.object()).find(
    (key) => !COMMON_FIELDS.includes(key) && !fields.includes(key),
  );
  if (stranger !== undefined) {
    throw new RecordingError(
      "ERR_RECORDING_UNKNOWN_EVENT",
      `${place}: ${name} has no field ${JSON.stringify(stranger.slice(0, 40))}`,
    );
  }
  return event;
}

function readId(id: JsonValue): string {
  const text = id.string();
  if (!/^[\x21-\x7e]{1,200}$/.test(text))
    throw id.bad("is no id: 1 to 200 visible ASCII characters without spaces");
  return text;
}

/** How far one direction has come; `headers` and `data` leave it open, `end: true` and trailers end it. */
type Progress = "nothing" | "open" | "ended";

class MessageUnderway {
  progress: Progress = "nothing";
  headers: HeaderList = [];
  trailers: HeaderList | null = null;
  readonly chunks: Uint8Array[] = [];
  missing: (RecordedBody & { kind: "missing" }) | null = null;

  toMessage(protocol: RecordedStream["protocol"]): RecordedMessage {
    // On HTTP/1.1 an empty chunk is the end of the body and nothing else; on HTTP/2 it is a DATA frame.
    const chunks = protocol === "HTTP/2" ? this.chunks : this.chunks.filter((chunk) => chunk.length > 0);
    return {
      headers: this.headers,
      body: this.missing ?? { kind: "recorded", chunks },
      trailers: this.trailers,
    };
  }
}

class StreamUnderway {
  readonly #request = new MessageUnderway();
  readonly #response = new MessageUnderway();
  #protocol: RecordedStream["protocol"] = "HTTP/1.1";
  #notes: readonly string[] = [];
  #timed = false;

  constructor(
    readonly id: string,
    readonly source: string,
  ) {}

  add(event: JsonValue): void {
    const [side, part] = event.field("ev").string().split(".");
    const message = side === "req" ? this.#request : this.#response;
    this.#timed ||= event.field("at").value !== 0;
    if (part === "headers") this.#addHeaders(event, message);
    else if (message.progress !== "open") throw this.#outOfOrder(event, message.progress);
    else if (part === "data") addData(event, message);
    else {
      message.trailers = readHeaders(event.field("headers"));
      const pseudo = message.trailers.find(([name]) => name.startsWith(":"));
      if (pseudo !== undefined)
        throw event.field("headers").bad(`has the pseudo header ${pseudo[0]}; trailers have none`);
      message.progress = "ended";
    }
  }

  finish(): RecordedStream {
    for (const [name, message] of [
      ["request", this.#request],
      ["response", this.#response],
    ] as const) {
      if (message.progress === "open" || (message === this.#request && message.progress === "nothing")) {
        const what = message.progress === "open" ? `the ${name} of` : `the request headers of`;
        throw new RecordingError(
          "ERR_RECORDING_TRUNCATED",
          `${this.source}: ${what} stream ${JSON.stringify(this.id)} ${message.progress === "open" ? "has no end" : "are missing"}`,
          { hint: 'End each direction with "end": true on its last event, or with trailers.' },
        );
      }
    }
    const request = this.#request.toMessage(this.#protocol);
    const response = this.#response.progress === "nothing" ? null : this.#response.toMessage(this.#protocol);
    this.#checkFraming(request, response);
    return {
      id: this.id,
      source: this.source,
      protocol: this.#protocol,
      request,
      response,
      notes: this.#timed ? [...this.#notes, TIMES_NOTE] : this.#notes,
    };
  }

  #checkFraming(request: RecordedMessage, response: RecordedMessage | null): void {
    const status = Number(firstValue(response?.headers ?? [], ":status"));
    const hasBody = responseHasBody(firstValue(request.headers, ":method") ?? "", status);
    const problems = {
      request: framingProblem(request, "request", this.#protocol, true),
      response: response === null ? null : framingProblem(response, "response", this.#protocol, hasBody),
    };
    for (const [of, problem] of Object.entries(problems)) {
      if (problem === null) continue;
      const stream = `stream ${JSON.stringify(this.id)}`;
      throw new RecordingError(
        "ERR_RECORDING_BAD_FIELD",
        `${this.source}: the ${of} of ${stream} ${problem}`,
      );
    }
  }

  #addHeaders(event: JsonValue, message: MessageUnderway): void {
    if (message.progress !== "nothing") throw this.#outOfOrder(event, message.progress);
    const list = event.field("headers");
    const headers = readHeaders(list);
    const isRequest = message === this.#request;
    const pseudo = isRequest ? REQUEST_PSEUDO_HEADERS : [":status"];
    const problem = pseudoHeaderProblem(headers, pseudo);
    if (problem !== null) throw list.bad(problem);
    if (isRequest) {
      this.#protocol = readProtocol(event.optional("protocol"));
      this.#notes =
        event
          .optional("notes")
          ?.elements()
          .map((note) => note.string()) ?? [];
    } else if (!isFinalStatus(firstValue(headers, ":status") ?? "")) {
      throw list.bad("has a :status that is no number from 200 to 999");
    }
    message.headers = pseudoHeadersFirst(headers, pseudo);
    message.progress = event.field("end").boolean() ? "ended" : "open";
  }

  #outOfOrder(event: JsonValue, progress: Progress): RecordingError {
    const name = event.field("ev").string();
    const problem =
      progress === "ended"
        ? "comes after the end of that direction"
        : progress === "open"
          ? "comes a second time"
          : "comes before its headers";
    return new RecordingError(
      "ERR_RECORDING_EVENT_ORDER",
      `${event.place}: ${name} of stream ${JSON.stringify(this.id)} ${problem}`,
    );
  }
}

const TIMES_NOTE = "The times of the events are not replayed.";

function addData(event: JsonValue, message: MessageUnderway): void {
  const forms = ["utf8", "base64", "missing"].filter((name) => event.optional(name) !== null);
  if (forms.length !== 1)
    throw event.bad(
      `has ${forms.length === 0 ? "none" : "several"} of utf8, base64 and missing, expected one`,
    );
  const missing = event.optional("missing");
  if (missing === null) {
    if (message.missing !== null) throw event.bad("has data after data that is missing");
    const text = event.optional("utf8");
    message.chunks.push(
      text === null ? event.field("base64").base64() : new Uint8Array(Buffer.from(text.string(), "utf8")),
    );
  } else {
    if (message.chunks.length > 0 || message.missing !== null)
      throw event.bad("has missing data after other data");
    const size = missing.optional("size");
    if (size !== null && size.integer() < 0) throw size.bad("is negative");
    message.missing = {
      kind: "missing",
      size: size?.integer() ?? null,
      reason: missing.field("reason").string(),
    };
  }
  if (event.field("end").boolean()) message.progress = "ended";
}

function readHeaders(list: JsonValue): HeaderList {
  return list.elements().map((item) => {
    const [name, value, ...rest] = item.elements();
    if (name === undefined || value === undefined || rest.length > 0)
      throw item.bad('is no pair ["name", "value"]');
    const pair: HeaderPair = [fromText(name.string()), readValue(value)];
    const problem = headerProblem(pair);
    if (problem !== null) throw (problem.on === "name" ? name : value).bad(problem.problem);
    return pair;
  });
}

/** Text as a string, anything else as `{"b64":"..."}`. */
function readValue(value: JsonValue): string {
  if (typeof value.value === "string") return fromText(value.value);
  const stranger = Object.keys(value.object()).find((key) => key !== "b64");
  if (stranger !== undefined) throw value.bad('is neither a string nor {"b64": "..."}');
  return fromBytes(value.field("b64").base64());
}

function readProtocol(protocol: JsonValue | null): RecordedStream["protocol"] {
  if (protocol === null) return "HTTP/1.1";
  if (protocol.value !== "HTTP/1.1" && protocol.value !== "HTTP/2")
    throw protocol.badWord('"HTTP/1.1" or "HTTP/2"');
  return protocol.value;
}
