import { firstValue, type HeaderList } from "../byte-string.js";
import type { RecordedMessage, RecordedStream } from "./recorded-stream.js";

/** The length that content-length announces, or null when it is absent or no number. */
export function announcedLength(headers: HeaderList): number | null {
  const value = firstValue(headers, "content-length");
  if (value === null || !/^\d{1,15}$/.test(value)) return null;
  return Number(value);
}

/** The headers with content-length, where there is one, telling `length`. */
export function withContentLength(headers: HeaderList, length: number): HeaderList {
  let seen = false;
  return headers.flatMap(([name, value]) => {
    if (name !== "content-length") return [[name, value] as const];
    if (seen) return [];
    seen = true;
    return [[name, String(length)] as const];
  });
}

/** Whether a response has a body at all (RFC 9110 §6.4.1); its content-length then tells about another message. */
export function responseHasBody(method: string, status: number): boolean {
  return method !== "HEAD" && status !== 204 && status !== 304;
}

export function bodyLength(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0);
}

/** Why a message cannot be sent as recorded, or null. `hasBody` is false where content-length tells of another one. */
export function framingProblem(
  message: RecordedMessage,
  of: "request" | "response",
  protocol: RecordedStream["protocol"],
  hasBody: boolean,
): string | null {
  if (message.body.kind === "missing") return null;
  const length = bodyLength(message.body.chunks);
  if (!hasBody) return length === 0 ? null : `has a body of ${length} bytes where HTTP allows none`;
  const announced = announcedLength(message.headers);
  if (announced !== null && announced !== length) {
    return `has a content-length of ${announced} and a body of ${length} bytes`;
  }
  // A response may also end with its connection, a request may not (RFC 9112 §6.3).
  const needsFraming =
    of === "request" && protocol === "HTTP/1.1" && (length > 0 || message.trailers !== null);
  if (needsFraming && announced === null && !isChunked(message.headers)) {
    return "has a body or trailers, and neither content-length nor transfer-encoding: chunked";
  }
  return null;
}

export function isChunked(headers: HeaderList): boolean {
  return firstValue(headers, "transfer-encoding") === "chunked";
}
