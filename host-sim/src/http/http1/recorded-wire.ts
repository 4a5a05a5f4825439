import {
  type ByteString,
  firstValue,
  fromBytes,
  type HeaderList,
  type HeaderPair,
  toBytes,
} from "../../byte-string.js";
import { SimulatorError } from "../../errors.js";
import type { RecordedMessage, RecordedStream } from "../../recording/recorded-stream.js";
import { bodyLength } from "../../recording/framing.js";
import { fieldName } from "../field-name.js";
import { interimStatus } from "../interim.js";
import { endsApart } from "../stream-steps.js";
import { asksForUpgrade } from "../../recording/tunnel.js";
import { hasLineBreak, type StartLine } from "./decoder.js";
import { reasonPhrase } from "./reason-phrase.js";

/**
 * The bytes a client sends over HTTP/1.1 to reproduce a recorded stream, one array for each write: the head, then
 * one per recorded chunk. Where body or trailers would contradict the recorded framing headers, those are corrected.
 * Throws when the body is missing: `fillMissingBodies` makes a stream that can be sent.
 */
export function encodeRequest(stream: RecordedStream): Uint8Array[] {
  const message = recordedBody(stream, stream.request);
  return encodeMessage(stream, frameRequest(stream, message), message);
}

/** The same for the upstream's answer. Throws also when the recording has none. */
export function encodeResponse(stream: RecordedStream): Uint8Array[] {
  if (stream.response === null) throw unsendable(stream, "it has no response");
  const message = recordedBody(stream, stream.response);
  const interim = (stream.interim ?? []).map((fields) => encodeInterim(stream, fields));
  return [...interim, ...encodeMessage(stream, frameResponse(stream, message), message)];
}

function encodeInterim(stream: RecordedStream, headers: HeaderList): Uint8Array {
  const startLine = { kind: "response", status: interimStatus(headers) } as const;
  const fields = headers.filter(([name]) => !name.startsWith(":"));
  checkReadable(stream, { startLine, fields, framing: "no body" });
  return toBytes(`${[startLineText(startLine), ...fieldLines(fields)].join("\r\n")}\r\n\r\n`);
}

/** A recorded message as it goes over HTTP/1.1. */
export interface FramedMessage {
  readonly startLine: StartLine;
  /** All fields of the head, `host` first; no pseudo headers. */
  readonly fields: HeaderList;
  readonly framing: "chunked" | "length or none" | "no body" | "tunnel";
}

export function frameRequest(stream: RecordedStream, recorded: RecordedMessage): FramedMessage {
  const message = withMissingFramed(recorded);
  const { headers } = message;
  const fields: HeaderPair[] = [];
  for (const [name, value] of headers) if (name === ":authority") fields.push(["host", value]);
  const isTunnel = asksForUpgrade(headers);
  const chunked = frameHeaders(fields, message, isTunnel ? "keep as recorded" : "never");
  const framing = isTunnel ? "tunnel" : chunked ? "chunked" : "length or none";
  const startLine = {
    kind: "request",
    method: firstValue(headers, ":method") ?? "",
    path: firstValue(headers, ":path") ?? "",
  } as const;
  return { startLine, fields, framing };
}

export function frameResponse(stream: RecordedStream, recorded: RecordedMessage): FramedMessage {
  const message = withMissingFramed(recorded);
  const status = Number(firstValue(message.headers, ":status") ?? "");
  const hasNoBody =
    firstValue(stream.request.headers, ":method") === "HEAD" || status === 204 || status === 304;
  const fields: HeaderPair[] = [];
  const isTunnel =
    status === 101 || (asksForUpgrade(stream.request.headers) && asksForUpgrade(message.headers));
  const chunked = frameHeaders(fields, message, hasNoBody || isTunnel ? "keep as recorded" : "always");
  const framing = hasNoBody ? "no body" : isTunnel ? "tunnel" : chunked ? "chunked" : "length or none";
  return { startLine: { kind: "response", status }, fields, framing };
}

/** A body that is missing is announced all the same: with its length, or in chunks. */
function withMissingFramed(message: RecordedMessage): RecordedMessage {
  if (message.body.kind !== "missing") return message;
  const { size } = message.body;
  const headers = message.headers.filter(
    ([name]) => name !== "content-length" && name !== "transfer-encoding",
  );
  const framing: HeaderPair =
    size === null ? ["transfer-encoding", "chunked"] : ["content-length", String(size)];
  return { ...message, headers: [...headers, framing] };
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

/** Adds the fields of the head; true when the body comes in chunks. */
function frameHeaders(framed: HeaderPair[], message: RecordedMessage, empty: EmptyBodyFraming): boolean {
  const { body, headers, trailers } = message;
  const keeps = empty === "keep as recorded" || body.kind === "missing";
  const size = body.kind === "missing" ? 0 : bodyLength(body.chunks);
  let recordedChunked = false;
  let recordedLength = false;
  for (const [name] of headers) {
    if (name === "transfer-encoding") recordedChunked = true;
    else if (name === "content-length") recordedLength = true;
  }
  const chunked = keeps
    ? recordedChunked
    : trailers !== null || (recordedChunked && !recordedLength) || (!recordedLength && size > 0);
  for (const pair of headers) {
    const [name] = pair;
    if (name.startsWith(":") || name === "host") continue;
    if (keeps || (name !== "content-length" && name !== "transfer-encoding")) framed.push(pair);
    else if (name === "content-length" && !chunked) framed.push([name, String(size)]);
    else if (name === "transfer-encoding" && chunked) framed.push([name, "chunked"]);
  }
  if (keeps) return chunked;
  if (chunked && !recordedChunked) framed.push(["transfer-encoding", "chunked"]);
  if (!chunked && !recordedLength && empty === "always") framed.push(["content-length", "0"]);
  return chunked;
}

/** Throws when Envoy could not read the head. */
export function checkReadable(stream: RecordedStream, { startLine, fields }: FramedMessage): void {
  const isReadable =
    startLine.kind === "request"
      ? /^\S+$/.test(startLine.method) && /^\S+$/.test(startLine.path)
      : startLine.status >= 100 && startLine.status <= 999;
  if (!isReadable)
    throw unsendable(stream, `the line ${JSON.stringify(startLineText(startLine))} starts none`);
  for (const [name, value] of fields) if (!isField(name, value)) throw badLine(stream, `${name}: ${value}`);
}

function isField(name: ByteString, value: ByteString): boolean {
  return fieldName(name).isToken && !hasLineBreak(value);
}

function badLine(stream: RecordedStream, line: ByteString): SimulatorError {
  return unsendable(stream, `the line ${JSON.stringify(line)} cannot stand in a head`);
}

function startLineText(line: StartLine): string {
  if (line.kind === "request") return `${line.method} ${line.path} HTTP/1.1`;
  return `HTTP/1.1 ${line.status} ${reasonPhrase(line.status)}`;
}

function encodeMessage(
  stream: RecordedStream,
  { startLine, fields, framing }: FramedMessage,
  message: RecordedMessage,
): Uint8Array[] {
  const head = [startLineText(startLine), ...fieldLines(fields)];
  const broken = head.find(hasLineBreak);
  if (broken !== undefined) throw badLine(stream, broken);
  const writes = [`${head.join("\r\n")}\r\n\r\n`];
  if (message.body.kind === "missing" || framing === "no body") return writes.map(toBytes);
  const chunked = framing === "chunked";
  const apart = endsApart(stream, startLine.kind);
  const chunks = message.body.chunks.filter((chunk) => chunk.length > 0).map(fromBytes);
  for (const chunk of chunks) writes.push(chunked ? `${chunk.length.toString(16)}\r\n${chunk}\r\n` : chunk);
  if (chunked) {
    const end = lastChunk(stream, message);
    if (chunks.length === 0 || apart) writes.push(end);
    else writes[writes.length - 1] += end;
  }
  return writes.map(toBytes);
}

/** What follows the last chunk: the trailers, and the end. */
function lastChunk(stream: RecordedStream, { trailers }: RecordedMessage): ByteString {
  for (const [name, value] of trailers ?? [])
    if (!isField(name, value)) throw badLine(stream, `${name}: ${value}`);
  const lines = fieldLines(trailers ?? []).map((line) => `${line}\r\n`);
  return `0\r\n${lines.join("")}\r\n`;
}

/** A part of the body, as one read of Envoy gets it. */
export interface BodyRead {
  /** Empty: only framing was read. */
  readonly bytes: Uint8Array;
  /** The message is over with this. */
  readonly isLast: boolean;
}

/** How Envoy reads a body that the peer writes chunk by chunk: at most its limit of bytes at once, framing and all (abi.md F.2). */
export function bodyReads(
  stream: RecordedStream,
  message: RecordedMessage,
  framing: "chunked" | "length or none" | "tunnel",
  limit: number,
): BodyRead[] {
  if (message.body.kind === "missing") return [];
  const apart =
    framing === "chunked" && endsApart(stream, message === stream.request ? "request" : "response");
  const reads: BodyRead[] = [];
  const chunks = message.body.chunks.filter((chunk) => chunk.length > 0);
  const end = framing === "chunked" ? lastChunk(stream, message).length : 0;
  for (const [index, chunk] of chunks.entries()) {
    const isLast = index === chunks.length - 1 && !apart && framing !== "tunnel";
    const before = framing === "chunked" ? chunk.length.toString(16).length + 2 : 0;
    const after = (framing === "chunked" ? 2 : 0) + (isLast ? end : 0);
    const written = before + chunk.length + after;
    for (let start = 0; start < written; start += limit) {
      const bytes = chunk.subarray(Math.max(start - before, 0), Math.max(start + limit - before, 0));
      reads.push({ bytes, isLast: isLast && start + limit >= written });
    }
  }
  for (let left = chunks.length === 0 || apart ? end : 0; left > 0; left -= limit)
    reads.push({ bytes: new Uint8Array(), isLast: left <= limit });
  return reads;
}

function fieldLines(fields: HeaderList): string[] {
  return fields.map(([name, value]) => `${name}: ${value}`);
}

function unsendable(stream: RecordedStream, reason: string): SimulatorError {
  return new SimulatorError(
    "ERR_UNSENDABLE_STREAM",
    `${stream.source} cannot be sent over HTTP/1.1: ${reason}.`,
    "Correct the recording, or leave this stream out.",
  );
}
