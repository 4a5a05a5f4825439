import type { RecordedMessage, RecordedStream } from "as-proxy-wasm-sim";

export interface MessageParts {
  /** Name, value pairs; pseudo headers come from the other fields. */
  readonly headers?: readonly (readonly [string, string])[];
  /** One entry a write. A text, or so many bytes of a pattern. */
  readonly body?: readonly (string | number)[];
  readonly trailers?: readonly (readonly [string, string])[];
}

export interface StreamParts extends MessageParts {
  readonly method?: string;
  readonly path?: string;
  readonly response?: (MessageParts & { readonly status?: number }) | null;
}

/** A stream that no recorder saw: for what real traffic rarely shows. A body without framing header is chunked. */
export function stream(id: string, parts: StreamParts = {}): RecordedStream {
  const hasBody = (parts.body ?? []).length > 0 || parts.trailers !== undefined;
  return {
    id,
    source: `streams.ts, ${id}`,
    protocol: "HTTP/1.1",
    request: message(
      [
        [":authority", "probe.test"],
        [":path", parts.path ?? `/${id}`],
        [":method", parts.method ?? (hasBody ? "POST" : "GET")],
        [":scheme", "http"],
      ],
      parts,
    ),
    response: parts.response === null ? null : responseOf(parts.response ?? {}),
    notes: [],
  };
}

/** content-length with the body's length. */
export function sized(...body: readonly (string | number)[]): MessageParts {
  const length = body.reduce((sum: number, piece) => sum + pieceBytes(piece).length, 0);
  return { headers: [["content-length", String(length)]], body };
}

function responseOf(parts: MessageParts & { readonly status?: number }): RecordedMessage {
  const framed =
    (parts.body ?? []).length > 0 ||
    parts.trailers !== undefined ||
    (parts.headers ?? []).some(([name]) => name === "content-length");
  const bodiless = [204, 304].includes(parts.status ?? 200);
  const length: readonly (readonly [string, string])[] = framed || bodiless ? [] : [["content-length", "0"]];
  return message([[":status", String(parts.status ?? 200)], ...length], parts);
}

function message(head: readonly (readonly [string, string])[], parts: MessageParts): RecordedMessage {
  const chunks = (parts.body ?? []).map(pieceBytes);
  const headers = [...head, ...(parts.headers ?? [])];
  const lengthKnown = headers.some(([name]) => name === "content-length");
  const chunked = !lengthKnown && (chunks.length > 0 || parts.trailers !== undefined);
  return {
    headers: chunked ? [...headers, ["transfer-encoding", "chunked"]] : headers,
    body: { kind: "recorded", chunks },
    trailers: parts.trailers ?? null,
  };
}

function pieceBytes(piece: string | number): Uint8Array {
  if (typeof piece === "string") return Buffer.from(piece, "latin1");
  return Uint8Array.from({ length: piece }, (_, index) => 97 + (index % 26));
}
