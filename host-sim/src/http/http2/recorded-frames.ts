import { firstValue, type HeaderList } from "../../byte-string.js";
import { SimulatorError } from "../../errors.js";
import type { RecordedMessage, RecordedStream } from "../../recording/recorded-stream.js";
import { endsApart } from "../stream-steps.js";
import type { Http2Frame } from "./frame.js";

/**
 * The frames a client sends over HTTP/2 to reproduce a recorded stream: the headers, one DATA frame a recorded chunk, the
 * trailers. END_STREAM is in the last of them (`stream-steps.ts` says when in one of its own); an empty last chunk has it in a frame of its own. Throws when the body is missing:
 * `fillMissingBodies` makes a stream that can be sent.
 */
export function requestFrames(stream: RecordedStream, missing: MissingBody = "refused"): Http2Frame[] {
  return messageFrames(stream, stream.request, "request", missing);
}

/** The same for the upstream's answer. Throws also when the recording has none. */
export function responseFrames(stream: RecordedStream, missing: MissingBody = "refused"): Http2Frame[] {
  if (stream.response === null) throw unsendable(stream, "it has no response");
  const interim = (stream.interim ?? []).map((fields): Http2Frame => ({
    type: "HEADERS",
    fields: http2Fields(stream, fields),
    endStream: false,
  }));
  return [...interim, ...messageFrames(stream, stream.response, "response", missing)];
}

/** What becomes of a message whose body the recording lacks. */
type MissingBody = "refused" | "without body";

/** The largest payload of a frame that every peer takes (RFC 9113 §6.5.2). */
const maximumFrame = 16_384;

/** A DATA frame of any size as the frames that can be sent. */
export function frameSplit(frame: Http2Frame): Http2Frame[] {
  if (frame.type !== "DATA" || frame.bytes.length <= maximumFrame) return [frame];
  const { bytes, endStream } = frame;
  return Array.from({ length: Math.ceil(bytes.length / maximumFrame) }, (_, index) => ({
    type: "DATA",
    bytes: bytes.subarray(index * maximumFrame, (index + 1) * maximumFrame),
    endStream: endStream && (index + 1) * maximumFrame >= bytes.length,
  }));
}

function messageFrames(
  stream: RecordedStream,
  message: RecordedMessage,
  direction: "request" | "response",
  missing: MissingBody,
): Http2Frame[] {
  const { body, trailers } = message;
  if (body.kind === "missing" && missing === "refused")
    throw unsendable(stream, `its body is missing: ${body.reason}`);
  const chunks = body.kind === "missing" || hasNoBody(stream, direction) ? [] : body.chunks;
  const end = trailers === null && endsApart(stream, direction) ? [new Uint8Array()] : [];
  const pieces: Http2Frame[] = [
    { type: "HEADERS", fields: http2Fields(stream, message.headers), endStream: false },
    ...[...chunks, ...end].map((bytes) => ({ type: "DATA", bytes, endStream: false }) as const),
    ...(trailers === null ? [] : [{ type: "HEADERS", fields: trailers, endStream: false } as const]),
  ];
  return pieces.map((piece, index) =>
    index === pieces.length - 1 && "endStream" in piece ? { ...piece, endStream: true } : piece,
  );
}

/** What HTTP/1.1 says about framing and its connection has no place in HTTP/2; recorded over HTTP/2, it was sent all the same. */
function http2Fields(stream: RecordedStream, fields: HeaderList): HeaderList {
  if (stream.protocol === "HTTP/2") return fields;
  return fields.filter(([name]) => !connectionFields.has(name));
}

const connectionFields: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
]);

function hasNoBody(stream: RecordedStream, direction: "request" | "response"): boolean {
  if (direction === "request") return false;
  const status = Number(firstValue(stream.response?.headers ?? [], ":status") ?? "");
  return firstValue(stream.request.headers, ":method") === "HEAD" || status === 204 || status === 304;
}

function unsendable(stream: RecordedStream, reason: string): SimulatorError {
  return new SimulatorError(
    "ERR_UNSENDABLE_STREAM",
    `${stream.source} cannot be sent over HTTP/2: ${reason}.`,
    "Correct the recording, or leave this stream out.",
  );
}
