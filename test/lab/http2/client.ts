import { once } from "node:events";
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from "node:http2";
import { setTimeout as sleep } from "node:timers/promises";

import type { Fields } from "../http1/message.js";
import { fieldsOf, headersOf } from "./fields.js";

const DEFAULT_TIMEOUT_MS = 5_000;

export interface Http2Request {
  /** Default GET. */
  readonly method?: string;
  /** Default `/`. */
  readonly path?: string;
  readonly headers?: Fields;
  /** One DATA frame each; none: END_STREAM on the headers. An empty one is an empty DATA frame. */
  readonly data?: readonly (Uint8Array | string)[];
  /** Whether END_STREAM comes in an empty frame of its own, and not with the last piece of data. */
  readonly endApart?: boolean;
  readonly trailers?: Fields;
  readonly gapMs?: number;
  /** No END_STREAM is sent: what follows is written to the stream that `open` gives. */
  readonly unended?: boolean;
}

/** `reset`: RST_STREAM, or the end of the connection; `stalled`: nothing came any more. */
export interface Http2Response {
  readonly end: "complete" | "reset" | "stalled";
  /** 0 when no headers came. */
  readonly status: number;
  readonly headers: Fields;
  readonly body: Buffer;
  readonly trailers: Fields;
  /** Of RST_STREAM; 0 without. */
  readonly resetCode: number;
}

/** A connection that speaks HTTP/2 without TLS. Values are byte strings (latin1), octets of 0x80 and more included. */
export class Http2Client {
  private constructor(private readonly session: ClientHttp2Session) {}

  static async connect(port: number): Promise<Http2Client> {
    // As large as a test may want: Node's own limits are below what Envoy passes on.
    const session = connect(`http://127.0.0.1:${port}`, {
      settings: { maxHeaderListSize: 1024 * 1024 },
      maxHeaderListPairs: 1000,
      maxSendHeaderBlockLength: 1024 * 1024,
    });
    session.on("error", () => {});
    await once(session, "connect");
    return new Http2Client(session);
  }

  /** One request, and its response. */
  async request(request: Http2Request = {}, timeoutMs = DEFAULT_TIMEOUT_MS): Promise<Http2Response> {
    const stream = this.open(request);
    return http2Response(stream, timeoutMs);
  }

  /** A request without waiting for the response; the stream is Node's, to be written to or closed. */
  open(request: Http2Request): ClientHttp2Stream {
    const data = request.data ?? [];
    const trailers = request.trailers ?? [];
    const stream = this.session.request(
      {
        ":method": request.method ?? "GET",
        ":path": request.path ?? "/",
        ":authority": "lab",
        ":scheme": "http",
        ...headersOf(request.headers ?? []),
      },
      {
        endStream: data.length === 0 && trailers.length === 0 && request.unended !== true,
        waitForTrailers: trailers.length > 0,
      },
    );
    stream.on("error", () => {});
    stream.on("wantTrailers", () => stream.sendTrailers(headersOf(trailers)));
    if (data.length > 0 || trailers.length > 0) void send(stream, request, data);
    return stream;
  }

  close(): void {
    this.session.destroy();
  }
}

/** One request on a connection of its own. */
export async function http2(
  port: number,
  request: Http2Request = {},
  timeoutMs = DEFAULT_TIMEOUT_MS,
): Promise<Http2Response> {
  const client = await Http2Client.connect(port);
  try {
    return await client.request(request, timeoutMs);
  } finally {
    client.close();
  }
}

/** The response on a stream that was opened. */
export function http2Response(
  stream: ClientHttp2Stream,
  timeoutMs = DEFAULT_TIMEOUT_MS,
): Promise<Http2Response> {
  return new Promise((resolve) => {
    let headers: Fields = [];
    let trailers: Fields = [];
    let ended = false;
    const body: Buffer[] = [];
    const finish = (end: Http2Response["end"]): void => {
      clearTimeout(timer);
      resolve({
        end,
        status: Number(headers.find(([name]) => name === ":status")?.[1] ?? 0),
        headers,
        body: Buffer.concat(body),
        trailers,
        resetCode: stream.rstCode ?? 0,
      });
    };
    const timer = setTimeout(() => finish("stalled"), timeoutMs);
    stream.on("response", (_headers, _flags, raw?: string[]) => {
      headers = fieldsOf(raw ?? []);
    });
    stream.on("trailers", (_trailers, _flags, raw?: string[]) => {
      trailers = fieldsOf(raw ?? []);
    });
    stream.on("data", (piece: Buffer) => body.push(piece));
    stream.on("end", () => {
      ended = true;
    });
    stream.on("close", () =>
      finish(ended && stream.rstCode === constants.NGHTTP2_NO_ERROR ? "complete" : "reset"),
    );
  });
}

async function send(
  stream: ClientHttp2Stream,
  request: Http2Request,
  data: readonly (Uint8Array | string)[],
): Promise<void> {
  for (const [index, piece] of data.entries()) {
    if (index > 0) await sleep(request.gapMs ?? 5);
    if (stream.destroyed) return;
    const bytes = typeof piece === "string" ? Buffer.from(piece, "latin1") : Buffer.from(piece);
    if (index === data.length - 1 && !request.endApart && !request.unended && bytes.length > 0) {
      stream.end(bytes);
      return;
    }
    if (bytes.length > 0) stream.write(bytes);
  }
  if (request.unended) return;
  await sleep(request.gapMs ?? 5);
  if (!stream.destroyed) stream.end();
}
