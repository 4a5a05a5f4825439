import { type ByteString, type HeaderList, toBytes } from "../byte-string.js";
import { EVENT_STREAM_VERSION } from "./event-stream.js";
import { isChunked } from "./framing.js";
import type { RecordedMessage, RecordedStream } from "./recorded-stream.js";

/** Writes an event file that `parseEventStream` reads back to the same streams (but for `source`, which is the place). */
export function writeEventStream(streams: readonly RecordedStream[]): string {
  return streams
    .flatMap(streamEvents)
    .map((event) => `${JSON.stringify(event)}\n`)
    .join("");
}

type Event = Readonly<Record<string, unknown>>;

function streamEvents(stream: RecordedStream): readonly Event[] {
  const event = (ev: string, fields: Event): Event => ({
    v: EVENT_STREAM_VERSION,
    id: stream.id,
    at: 0,
    ev,
    ...fields,
  });
  const opening: Event = {
    ...(stream.protocol === "HTTP/2" ? { protocol: stream.protocol } : {}),
    ...(stream.notes.length > 0 ? { notes: stream.notes } : {}),
  };
  return [
    ...messageEvents("req", stream, stream.request, opening, event),
    ...(stream.response === null ? [] : messageEvents("res", stream, stream.response, {}, event)),
  ];
}

function messageEvents(
  side: "req" | "res",
  { protocol }: RecordedStream,
  message: RecordedMessage,
  opening: Event,
  event: (ev: string, fields: Event) => Event,
): readonly Event[] {
  const data = bodyFields(message, protocol);
  const endsWith = message.trailers !== null ? "trailers" : data.length > 0 ? "data" : "headers";
  return [
    event(`${side}.headers`, { ...opening, headers: pairs(message.headers), end: endsWith === "headers" }),
    ...data.map((fields, index) =>
      event(`${side}.data`, { ...fields, end: endsWith === "data" && index === data.length - 1 }),
    ),
    ...(message.trailers === null ? [] : [event(`${side}.trailers`, { headers: pairs(message.trailers) })]),
  ];
}

function bodyFields(
  { body, headers }: RecordedMessage,
  protocol: RecordedStream["protocol"],
): readonly Event[] {
  if (body.kind === "missing") return [{ missing: { size: body.size, reason: body.reason } }];
  if (body.chunks.length > 0) return body.chunks.map(chunkField);
  // A chunked body of no bytes still ends after the headers, not with them (abi.md 8.2).
  return protocol === "HTTP/1.1" && isChunked(headers) ? [{ utf8: "" }] : [];
}

function chunkField(bytes: Uint8Array): Event {
  const text = utf8OrNull(bytes);
  return text === null ? { base64: Buffer.from(bytes).toString("base64") } : { utf8: text };
}

function pairs(headers: HeaderList): readonly (readonly [string, unknown])[] {
  return headers.map(([name, value]) => [name, headerValue(value)]);
}

function headerValue(value: ByteString): unknown {
  const bytes = toBytes(value);
  return utf8OrNull(bytes) ?? { b64: Buffer.from(bytes).toString("base64") };
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function utf8OrNull(bytes: Uint8Array): string | null {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return null;
  }
}
