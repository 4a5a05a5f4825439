import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { responseFraming } from "as-proxy-wasm-sim/real-envoy";
import { encodeMessage, type Fields, type Http1Body, parseMessage } from "./message.js";

const DEFAULT_TIMEOUT_MS = 5_000;

export interface Http1Request {
  /** Default GET. */
  readonly method?: string;
  /** Default `/`. */
  readonly path?: string;
  /** Without `host`, which is added when missing, and without framing. */
  readonly headers?: Fields;
  readonly body?: Http1Body;
  /** Pause before each write but the first, so that Envoy reads each by itself; default: one write for everything. */
  readonly gapMs?: number;
}

/** How a response ended. `cut`: the connection closed in its middle, or before it; `stalled`: nothing came any more. */
export type ResponseEnd = "complete" | "cut" | "stalled";

export interface Http1Response {
  readonly end: ResponseEnd;
  /** 0 when no whole head came. */
  readonly status: number;
  readonly headers: Fields;
  /** Without framing; what came of it. */
  readonly body: Buffer;
  readonly trailers: Fields;
  /** What came, byte for byte. */
  readonly bytes: Buffer;
}

/** A connection that speaks HTTP/1.1 with exactly the bytes it is given. Requests are made one after the other. */
export class Http1Client {
  #received: Buffer[] = [];
  #closed = false;
  #wake: () => void = () => {};

  private constructor(private readonly socket: Socket) {
    socket.on("data", (chunk: Buffer) => {
      this.#received.push(chunk);
      this.#wake();
    });
    socket.on("close", () => {
      this.#closed = true;
      this.#wake();
    });
    // Envoy may close or reset while we write; `close` follows.
    socket.on("error", () => {});
  }

  static async connect(port: number): Promise<Http1Client> {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    const client = new Http1Client(socket);
    await once(socket, "connect");
    return client;
  }

  /** Whether the connection is gone. */
  get closed(): boolean {
    return this.#closed;
  }

  /** One request, and its response. */
  async request(request: Http1Request, timeoutMs = DEFAULT_TIMEOUT_MS): Promise<Http1Response> {
    await this.send(request);
    return this.response(request.method ?? "GET", timeoutMs);
  }

  /** A request without waiting for the response. */
  async send(request: Http1Request): Promise<void> {
    const writes = encodeRequest(request);
    if (request.gapMs === undefined) return this.write(Buffer.concat(writes));
    for (const [index, bytes] of writes.entries()) {
      if (index > 0) await sleep(request.gapMs);
      this.write(bytes);
    }
  }

  /** Any bytes. */
  write(bytes: Uint8Array): void {
    if (this.socket.writable) this.socket.write(bytes);
  }

  /** The next response: what came since the last one, waited for until it is whole, the connection ends or nothing comes. */
  async response(method = "GET", timeoutMs = DEFAULT_TIMEOUT_MS): Promise<Http1Response> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const bytes = this.#bytes();
      const framing = responseFraming(bytes, method);
      if (framing.kind === "complete") {
        const rest = bytes.subarray(framing.end);
        this.#received = rest.length > 0 ? [rest] : [];
        return responseOf(bytes.subarray(0, framing.end), "complete");
      }
      if (this.#closed) return responseOf(bytes, framing.kind === "until-close" ? "complete" : "cut");
      const left = deadline - Date.now();
      if (left <= 0) return responseOf(bytes, "stalled");
      await this.#moreOr(left);
    }
  }

  /** Leaves: FIN in both directions. */
  close(): void {
    this.socket.destroy();
  }

  /** Leaves at once: RST. */
  abort(): void {
    this.socket.resetAndDestroy();
  }

  /** Waits until the other side has closed the connection; false when it has not in time. */
  async untilClosed(timeoutMs = DEFAULT_TIMEOUT_MS): Promise<boolean> {
    const deadline = Date.now() + timeoutMs;
    while (!this.#closed && Date.now() < deadline) await this.#moreOr(deadline - Date.now());
    return this.#closed;
  }

  #bytes(): Buffer {
    const bytes = Buffer.concat(this.#received);
    this.#received = bytes.length > 0 ? [bytes] : [];
    return bytes;
  }

  #moreOr(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.max(timeoutMs, 1));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** One request on a connection of its own. */
export async function http1(
  port: number,
  request: Http1Request = {},
  timeoutMs = DEFAULT_TIMEOUT_MS,
): Promise<Http1Response> {
  const client = await Http1Client.connect(port);
  try {
    return await client.request(request, timeoutMs);
  } finally {
    client.close();
  }
}

/** Head, then each piece of the body. */
export function encodeRequest(request: Http1Request): Buffer[] {
  const headers = request.headers ?? [];
  const hasHost = headers.some(([name]) => name.toLowerCase() === "host");
  return encodeMessage(
    `${request.method ?? "GET"} ${request.path ?? "/"} HTTP/1.1`,
    hasHost ? headers : [["host", "lab"], ...headers],
    request.body ?? { kind: "none" },
  );
}

function responseOf(bytes: Buffer, end: ResponseEnd): Http1Response {
  const message = parseMessage(bytes);
  if (message === null) return { end, status: 0, headers: [], body: Buffer.alloc(0), trailers: [], bytes };
  const { startLine, fields, body, trailers } = message;
  const status = Number(/^HTTP\/1\.[01] (\d+)/.exec(startLine)?.[1] ?? 0);
  return { end, status, headers: fields, body, trailers, bytes };
}
