import { fromText, toBytes, type HeaderList } from "../byte-string.js";
import { pairsOf } from "../callout/http-callouts.js";
import type { HeaderFields } from "../callout/http-upstream.js";
import type { RecordedMessage, RecordedStream, StreamStep } from "../recording/recorded-stream.js";

/** A request of a client, as far as a test cares about it. Text is sent as UTF-8. */
export interface RequestParts extends MessageParts {
  /** Default `GET`, or `POST` with a body. */
  readonly method?: string;
  /** With its query. Default `/`. */
  readonly path?: string;
  /** Default `example.com`. */
  readonly authority?: string;
  /** Default `http`. */
  readonly scheme?: "http" | "https";
  /** What the client speaks. Default `HTTP/1.1`. */
  readonly protocol?: RecordedStream["protocol"];
  /** In which order the pieces of both messages come, and what else happens. Default: the answer follows the whole request. */
  readonly order?: readonly StreamStep[];
  /** For messages and event files: visible ASCII. Default: method and path, as `GET/orders`. */
  readonly id?: string;
}

/** What the upstream answers. */
export interface AnswerParts extends MessageParts {
  /** Default 200. */
  readonly status?: number;
}

interface MessageParts {
  readonly headers?: HeaderFields;
  /** In one piece. Default: none. */
  readonly body?: string | Uint8Array;
  /** The body in the pieces in which it comes; in place of `body`. */
  readonly chunks?: readonly (string | Uint8Array)[];
  readonly trailers?: HeaderFields;
}

/**
 * A stream to replay: a request and what the upstream answers, 200 by default; `null`: it never does. Over HTTP/1.1 a `body` gets a
 * content-length, `chunks` and trailers are sent chunked; headers that say otherwise are sent as they are.
 *
 * ```ts
 * await envoy.replay(request({ path: "/orders", headers: { "x-api-key": "demo" } }));
 * await envoy.replay(request({ path: "/orders", chunks: ['{"a":', "1}"] }, { status: 201, body: "ok" }));
 * ```
 */
export function request(parts: RequestParts = {}, answer: AnswerParts | null = {}): RecordedStream {
  const { path = "/", authority = "example.com", scheme = "http", protocol = "HTTP/1.1" } = parts;
  const hasBody = parts.body !== undefined || parts.chunks !== undefined;
  const method = parts.method ?? (hasBody ? "POST" : "GET");
  const pseudo = { ":authority": authority, ":path": path, ":method": method, ":scheme": scheme };
  return {
    id: parts.id ?? idOf(method, path),
    source: `request ${method} ${path}`,
    protocol,
    request: message(pairsOf(pseudo), parts, protocol),
    response:
      answer === null ? null : message([[":status", String(answer.status ?? 200)]], answer, "HTTP/1.1"),
    ...(parts.order === undefined ? {} : { order: parts.order }),
    notes: [],
  };
}

/** Event files allow 200 visible characters. */
function idOf(method: string, path: string): string {
  return (method + path).replaceAll(/[^!-~]/g, "_").slice(0, 200);
}

function message(
  pseudo: HeaderList,
  { headers = [], body, chunks, trailers }: MessageParts,
  protocol: RecordedStream["protocol"],
): RecordedMessage {
  const pieces = (chunks ?? (body === undefined ? [] : [body])).map((piece) =>
    typeof piece === "string" ? toBytes(fromText(piece)) : piece,
  );
  const fields = pairsOf(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const isFramed = fields.some(([name]) => name === "content-length" || name === "transfer-encoding");
  const framing =
    isFramed || protocol === "HTTP/2"
      ? []
      : chunks !== undefined || trailers !== undefined
        ? [["transfer-encoding", "chunked"] as const]
        : body === undefined
          ? []
          : [["content-length", String(pieces[0]?.length ?? 0)] as const];
  return {
    headers: [...pseudo, ...fields, ...framing],
    body: { kind: "recorded", chunks: pieces.filter((piece) => piece.length > 0) },
    trailers: trailers === undefined ? null : pairsOf(trailers),
  };
}
