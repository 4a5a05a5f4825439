import type { RecordedMessage, RecordedStream, StreamStep } from "as-proxy-wasm-sim";

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
  /** What the client speaks. Default HTTP/1.1. */
  readonly protocol?: RecordedStream["protocol"];
  /** Instead of the four pseudo headers. */
  readonly head?: readonly (readonly [string, string])[];
  readonly order?: readonly StreamStep[];
  readonly response?: AnswerParts | null;
  /** Answers before it. */
  readonly interim?: RecordedStream["interim"];
}

export interface AnswerParts extends MessageParts {
  readonly status?: number;
  /** Instead of `:status`. */
  readonly head?: readonly (readonly [string, string])[];
}

/** A stream that no recorder saw: for what real traffic rarely shows. A body without framing header is chunked. */
export function stream(id: string, parts: StreamParts = {}): RecordedStream {
  const hasBody = (parts.body ?? []).length > 0 || parts.trailers !== undefined;
  return {
    id,
    source: `streams.ts, ${id}`,
    protocol: parts.protocol ?? "HTTP/1.1",
    request: message(
      parts.head ?? [
        [":authority", "probe.test"],
        [":path", parts.path ?? `/${id}`],
        [":method", parts.method ?? (hasBody ? "POST" : "GET")],
        [":scheme", "http"],
      ],
      parts,
      parts.protocol,
    ),
    ...(parts.order === undefined ? {} : { order: parts.order }),
    ...(parts.interim === undefined ? {} : { interim: parts.interim }),
    response: parts.response === null ? null : responseOf(parts.response ?? {}, parts.protocol),
    notes: [],
  };
}

/** The same stream as a client of HTTP/2 sends it, and as an upstream of HTTP/2 answers it. */
export function overHttp2(recorded: RecordedStream): RecordedStream {
  const without = (of: RecordedMessage) => ({
    ...of,
    headers: of.headers.filter(([name]) => name !== "transfer-encoding" && name !== "connection"),
  });
  const { request, response } = recorded;
  return {
    ...recorded,
    protocol: "HTTP/2",
    request: without(request),
    response: response === null ? null : without(response),
  };
}

/** content-length with the body's length. */
export function sized(...body: readonly (string | number)[]): MessageParts {
  const length = body.reduce((sum: number, piece) => sum + pieceBytes(piece).length, 0);
  return { headers: [["content-length", String(length)]], body };
}

function responseOf(parts: AnswerParts, protocol: RecordedStream["protocol"] | undefined): RecordedMessage {
  const framed =
    (parts.body ?? []).length > 0 ||
    parts.trailers !== undefined ||
    (parts.headers ?? []).some(([name]) => name === "content-length");
  const bodiless = [204, 304].includes(parts.status ?? 200);
  const length: readonly (readonly [string, string])[] =
    framed || bodiless || protocol === "HTTP/2" ? [] : [["content-length", "0"]];
  return message([...(parts.head ?? [[":status", String(parts.status ?? 200)]]), ...length], parts, protocol);
}

function message(
  head: readonly (readonly [string, string])[],
  parts: MessageParts,
  protocol: RecordedStream["protocol"] | undefined,
): RecordedMessage {
  const chunks = (parts.body ?? []).map(pieceBytes);
  const headers = [...head, ...(parts.headers ?? [])];
  const lengthKnown = headers.some(([name]) => name === "content-length");
  const chunked =
    protocol !== "HTTP/2" && !lengthKnown && (chunks.length > 0 || parts.trailers !== undefined);
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
