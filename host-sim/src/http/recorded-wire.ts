import {
  type ByteString,
  firstValue,
  fromBytes,
  type HeaderList,
  type HeaderPair,
  toBytes,
} from "../byte-string.js";
import { SimulatorError } from "../errors.js";
import type { RecordedMessage, RecordedStream } from "../recording/recorded-stream.js";
import { reasonPhrase } from "./reason-phrase.js";

/**
 * The bytes a client sends over HTTP/1.1 to reproduce a recorded stream, one array for each write: the head, then
 * one per recorded chunk. Where body or trailers would contradict the recorded framing headers, those are corrected.
 * Throws when the body is missing: `fillMissingBodies` makes a stream that can be sent.
 */
export function encodeRequest(stream: RecordedStream): Uint8Array[] {
  return encodeRequestMessage(stream, recordedBody(stream, stream.request));
}

/** The same for the upstream's answer. Throws also when the recording has none. */
export function encodeResponse(stream: RecordedStream): Uint8Array[] {
  if (stream.response === null) throw unsendable(stream, "it has no response");
  return encodeResponseMessage(stream, recordedBody(stream, stream.response));
}

/** The head alone of a message whose body is missing; the framing is the recorded length, or chunks. */
export function encodeHead(stream: RecordedStream, direction: "request" | "response"): Uint8Array {
  const message = stream[direction];
  if (message === null) throw unsendable(stream, "it has no response");
  const size = message.body.kind === "missing" ? message.body.size : null;
  const headers = message.headers.filter(
    ([name]) => name !== "content-length" && name !== "transfer-encoding",
  );
  const framing: HeaderPair =
    size === null ? ["transfer-encoding", "chunked"] : ["content-length", String(size)];
  const framed = { ...message, headers: [...headers, framing] };
  const [head] =
    direction === "request" ? encodeRequestMessage(stream, framed) : encodeResponseMessage(stream, framed);
  return head ?? new Uint8Array();
}

function encodeRequestMessage(stream: RecordedStream, message: RecordedMessage): Uint8Array[] {
  const { headers } = message;
  const fields = frameHeaders(message, "never");
  const start = `${pseudo(headers, ":method")} ${pseudo(headers, ":path")} HTTP/1.1`;
  const host = headers.filter(([name]) => name === ":authority").map(([, value]) => `host: ${value}`);
  return encodeMessage(stream, [start, ...host, ...fields.lines], message, fields.chunked);
}

function encodeResponseMessage(stream: RecordedStream, message: RecordedMessage): Uint8Array[] {
  const status = Number(pseudo(message.headers, ":status"));
  const hasNoBody = pseudo(stream.request.headers, ":method") === "HEAD" || [101, 204, 304].includes(status);
  const fields = frameHeaders(message, hasNoBody ? "keep as recorded" : "always");
  const head = [`HTTP/1.1 ${status} ${reasonPhrase(status)}`, ...fields.lines];
  if (hasNoBody) return [toBytes(`${head.join("\r\n")}\r\n\r\n`)];
  return encodeMessage(stream, head, message, fields.chunked);
}

function recordedBody(stream: RecordedStream, message: RecordedMessage): RecordedMessage {
  if (message.body.kind === "missing")
    throw unsendable(stream, `its body is missing: ${message.body.reason}`);
  return message;
}

/**
 * When a message gets a framing header although it has no body: responses always (or the connection would have to
 * close), requests never.
 */
type EmptyBodyFraming = "always" | "never" | "keep as recorded";

function frameHeaders(
  message: RecordedMessage,
  empty: EmptyBodyFraming,
): { lines: string[]; chunked: boolean } {
  const fields = message.headers.filter(([name]) => !name.startsWith(":") && name !== "host");
  if (empty === "keep as recorded") return { lines: fieldLines(fields), chunked: false };
  if (message.body.kind === "missing") return { lines: fieldLines(fields), chunked: false };
  const size = message.body.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const recordedChunked = fields.some(([name]) => name === "transfer-encoding");
  const recordedLength = fields.some(([name]) => name === "content-length");
  const chunked =
    message.trailers !== null || (recordedChunked && !recordedLength) || (!recordedLength && size > 0);
  const framed: HeaderPair[] = [];
  for (const [name, value] of fields) {
    if (name === "content-length") {
      if (!chunked) framed.push([name, String(size)]);
    } else if (name !== "transfer-encoding") framed.push([name, value]);
    else if (chunked) framed.push([name, "chunked"]);
  }
  if (chunked && !recordedChunked) framed.push(["transfer-encoding", "chunked"]);
  if (!chunked && !recordedLength && empty === "always") framed.push(["content-length", "0"]);
  return { lines: fieldLines(framed), chunked };
}

function encodeMessage(
  stream: RecordedStream,
  head: readonly string[],
  message: RecordedMessage,
  chunked: boolean,
): Uint8Array[] {
  const broken = head.find((line) => /[\0\r\n]/.test(line));
  if (broken !== undefined)
    throw unsendable(stream, `the line ${JSON.stringify(broken)} cannot stand in a head`);
  const writes = [`${head.join("\r\n")}\r\n\r\n`];
  if (message.body.kind === "missing") return writes.map(toBytes);
  const chunks = message.body.chunks.filter((chunk) => chunk.length > 0).map(fromBytes);
  for (const chunk of chunks) writes.push(chunked ? `${chunk.length.toString(16)}\r\n${chunk}\r\n` : chunk);
  if (chunked) {
    // The end travels with the last chunk, as servers write it.
    const end = `0\r\n${fieldLines(message.trailers ?? [])
      .map((line) => `${line}\r\n`)
      .join("")}\r\n`;
    if (chunks.length === 0) writes.push(end);
    else writes[writes.length - 1] += end;
  }
  return writes.map(toBytes);
}

function fieldLines(fields: HeaderList): string[] {
  return fields.map(([name, value]) => `${name}: ${value}`);
}

function pseudo(headers: HeaderList, name: ByteString): ByteString {
  return firstValue(headers, name) ?? "";
}

function unsendable(stream: RecordedStream, reason: string): SimulatorError {
  return new SimulatorError(
    "ERR_UNSENDABLE_STREAM",
    `${stream.source} cannot be sent over HTTP/1.1: ${reason}.`,
    "Correct the recording, or leave this stream out.",
  );
}
