import { firstValue, fromText, toBytes, toText, type HeaderList } from "../byte-string.js";
import type { HttpMessage } from "../http/exchange.js";
import type { RecordedBody, RecordedMessage, RecordedStream } from "../recording/recorded-stream.js";

export interface MessageParts {
  readonly headers?: HeaderList;
  /** The chunks of the body, or why it is missing. */
  readonly body?: readonly string[] | { readonly missing: string; readonly size?: number };
  readonly trailers?: HeaderList;
}

/** A recorded GET or, with a body, POST of `/` and its 200. */
export function stream(
  request: MessageParts & { method?: string; path?: string } = {},
  response?: MessageParts & { status?: string },
): RecordedStream {
  const method = request.method ?? (request.body === undefined ? "GET" : "POST");
  return {
    id: "stream",
    source: "test",
    protocol: "HTTP/1.1",
    request: message(
      [
        [":authority", "example.com"],
        [":path", request.path ?? "/"],
        [":method", method],
        [":scheme", "http"],
      ],
      request,
    ),
    response: message([[":status", response?.status ?? "200"]], response ?? { body: ["hello"] }),
    notes: [],
  };
}

/** A stream whose upstream never answers. */
export function unanswered(recorded: RecordedStream): RecordedStream {
  return { ...recorded, response: null };
}

function message(pseudo: HeaderList, parts: MessageParts): RecordedMessage {
  return {
    headers: [...pseudo, ...(parts.headers ?? [])],
    body: body(parts.body ?? []),
    trailers: parts.trailers ?? null,
  };
}

function body(parts: readonly string[] | { readonly missing: string; readonly size?: number }): RecordedBody {
  if ("missing" in parts) return { kind: "missing", size: parts.size ?? null, reason: parts.missing };
  return { kind: "recorded", chunks: parts.map((chunk) => toBytes(fromText(chunk))) };
}

/** The body a receiver got, as text. */
export function bodyText(got: HttpMessage | null): string {
  if (got === null) return "no message";
  if (got.body.kind === "missing") return `missing: ${got.body.reason}`;
  return Buffer.concat(got.body.chunks).toString("utf8");
}

export function header(got: HttpMessage | null, name: string): string | null {
  const value = got === null ? null : firstValue(got.headers, name);
  return value === null ? null : toText(value);
}
