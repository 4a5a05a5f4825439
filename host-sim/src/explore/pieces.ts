/** The same stream with its bodies cut elsewhere. */
import type { RecordedMessage, RecordedStream } from "../recording/recorded-stream.js";

export type Direction = "request" | "response";

/** Where a body is cut: after so many bytes, in order. None: it comes in one piece. */
export type Cuts = readonly number[];

/** The length of a body; 0 where there is none or the recording lacks it. */
export function bodyLength(stream: RecordedStream, direction: Direction): number {
  return bodyOf(stream, direction).length;
}

export function bodyOf(stream: RecordedStream, direction: Direction): Buffer {
  const body = stream[direction]?.body;
  return body === undefined || body.kind === "missing" ? Buffer.alloc(0) : Buffer.concat(body.chunks);
}

export function cutAt(stream: RecordedStream, direction: Direction, cuts: Cuts): RecordedStream {
  const message = stream[direction];
  if (message === null || message.body.kind === "missing") return stream;
  const bytes = bodyOf(stream, direction);
  const ends = [...cuts, bytes.length];
  const chunks = ends
    .map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
    .filter((chunk) => chunk.length > 0);
  return withMessage(stream, direction, { ...message, body: { kind: "recorded", chunks } });
}

/** Both bodies in one piece. */
export function whole(stream: RecordedStream): RecordedStream {
  return cutAt(cutAt(stream, "request", []), "response", []);
}

export function withMessage(
  stream: RecordedStream,
  direction: Direction,
  message: RecordedMessage,
): RecordedStream {
  return { ...stream, [direction]: message };
}
