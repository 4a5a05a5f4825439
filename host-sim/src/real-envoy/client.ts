import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import type { Http2Frame } from "../http/http2/frame.js";

import { responseFraming } from "./http1-framing.js";
import { unreadBytes } from "./unread-bytes.js";
import { Http2Connection, type Http2Stream } from "./http2/connection.js";
import { framesText } from "../http/http2/frames-text.js";

/** Between two writes, so that Envoy reads each by itself (abi.md F.2: 10 ms are enough on an idle machine). */
const WRITE_GAP_MS = 20;
/** A filter may keep Envoy from reading at all. */
const READ_TIMEOUT_MS = 500;
/** After a complete response, before the client closes: time for what should not come any more. */
const LINGER_MS = 5;
/** The same over HTTP/2, where RST_STREAM may follow a response to half a request. */
const HTTP2_LINGER_MS = 20;
/** CANCEL, as clients say it (RFC 9113 §7). */
const CANCEL = 8;

/** How a response ended. `cut`: the connection closed in its middle, or one side broke it off; `stalled`: nothing came any more. */
export type ResponseEnd = "complete" | "cut" | "stalled";

export interface ClientResponse {
  /** HTTP/2: the frames as text. */
  readonly bytes: string;
  /** Over HTTP/2. */
  readonly frames?: readonly Http2Frame[];
  readonly end: ResponseEnd;
}

/** The client of one stream, on a connection of its own. */
export interface Client {
  /** Sends the next piece of the request, when the one before has been read. False: there is none. */
  sendNext(): Promise<boolean>;
  /** Envoy has read what was sent, and had time to act on it. */
  untilRead(): Promise<void>;
  /** Breaks off: nothing more is sent or awaited. */
  reset(): Promise<void>;
  /** Waits for the end of the response; the connection is closed afterwards. */
  response(stallAfterMs: number): Promise<ClientResponse>;
}

/** The peer has read what was written, and had time to act on it. */
export async function untilRead(socket: Socket): Promise<void> {
  const deadline = Date.now() + READ_TIMEOUT_MS;
  while (Date.now() < deadline && !socket.destroyed && (await unreadBytes(socket)) > 0) await sleep(2);
  await sleep(WRITE_GAP_MS);
}

/** One request on a connection of its own, and everything that comes back. */
export async function exchange(
  port: number,
  request: Http1Request,
  stallAfterMs: number,
): Promise<ClientResponse> {
  const client = await Http1Client.connect(port, request);
  while (await client.sendNext());
  return client.response(stallAfterMs);
}

export interface Http1Request {
  readonly method: string;
  /** One write each. */
  readonly writes: readonly Uint8Array[];
}

export class Http1Client implements Client {
  readonly #received: Buffer[] = [];
  #closed = false;
  #reset = false;
  #next = 0;
  readonly #whenClosed: Promise<void>;

  private constructor(
    private readonly socket: Socket,
    private readonly request: Http1Request,
  ) {
    this.#whenClosed = new Promise((resolve) => {
      socket.on("close", () => {
        this.#closed = true;
        resolve();
      });
    });
    socket.on("data", (chunk: Buffer) => this.#received.push(chunk));
    // Envoy may close while we still write: the response is what counts, and `close` follows every error.
    socket.on("error", () => {});
  }

  static async connect(port: number, request: Http1Request): Promise<Http1Client> {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    const client = new Http1Client(socket, request);
    await once(socket, "connect");
    return client;
  }

  async sendNext(): Promise<boolean> {
    const bytes = this.request.writes[this.#next];
    if (bytes === undefined || !this.socket.writable) return false;
    if (this.#next++ > 0) await this.untilRead();
    if (!this.socket.writable) return false;
    this.socket.write(bytes);
    return true;
  }

  untilRead(): Promise<void> {
    return untilRead(this.socket);
  }

  async reset(): Promise<void> {
    this.#reset = true;
    this.socket.resetAndDestroy();
    await this.#whenClosed;
  }

  async response(stallAfterMs: number): Promise<ClientResponse> {
    const deadline = Date.now() + stallAfterMs;
    for (;;) {
      const bytes = Buffer.concat(this.#received);
      const framing = responseFraming(bytes, this.request.method);
      if (framing.kind === "complete" && !this.#closed) {
        await Promise.race([this.#whenClosed, sleep(LINGER_MS)]);
        return this.#finish("complete");
      }
      if (framing.kind === "complete") return this.#finish("complete");
      if (this.#closed)
        return this.#finish(framing.kind === "incomplete" || this.#reset ? "cut" : "complete");
      if (Date.now() > deadline) return this.#finish("stalled");
      await Promise.race([this.#whenClosed, once(this.socket, "data"), sleep(stallAfterMs)]).catch(
        () => undefined,
      );
    }
  }

  async #finish(end: ResponseEnd): Promise<ClientResponse> {
    this.socket.destroy();
    await this.#whenClosed;
    return { bytes: Buffer.concat(this.#received).toString("latin1"), end };
  }
}

export class Http2Client implements Client {
  readonly #stream: Http2Stream;
  readonly #whenClosed: Promise<void>;
  #closed = false;
  #next = 0;

  private constructor(
    private readonly connection: Http2Connection,
    private readonly frames: readonly Http2Frame[],
  ) {
    this.#stream = connection.stream(1);
    const { socket } = connection;
    this.#whenClosed = new Promise((resolve) => {
      socket.on("close", () => {
        this.#closed = true;
        resolve();
      });
    });
  }

  static async connect(port: number, frames: readonly Http2Frame[]): Promise<Http2Client> {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    socket.on("error", () => {});
    await once(socket, "connect");
    const connection = new Http2Connection(socket, "client");
    const client = new Http2Client(connection, frames);
    await connection.settled;
    return client;
  }

  async sendNext(): Promise<boolean> {
    const frame = this.frames[this.#next];
    if (frame === undefined || this.#closed || this.#stream.reset) return false;
    if (this.#next++ > 0) await this.untilRead();
    if (this.#closed || this.#stream.reset) return false;
    this.#stream.send(frame);
    return true;
  }

  untilRead(): Promise<void> {
    return untilRead(this.connection.socket);
  }

  async reset(): Promise<void> {
    this.#stream.sendReset(CANCEL);
    await untilRead(this.connection.socket);
    this.connection.socket.destroy();
    await this.#whenClosed;
  }

  async response(stallAfterMs: number): Promise<ClientResponse> {
    const deadline = Date.now() + stallAfterMs;
    const ended = () => this.#stream.complete || this.#stream.reset || this.#closed;
    while (!ended() && Date.now() < deadline)
      await Promise.race([
        this.#whenClosed,
        new Promise<void>((resolve) => (this.#stream.onFrame = resolve)),
        sleep(Math.max(deadline - Date.now(), 1)),
      ]);
    if (!this.#closed && ended()) await Promise.race([this.#whenClosed, sleep(HTTP2_LINGER_MS)]);
    const end = this.#stream.complete ? "complete" : ended() ? "cut" : "stalled";
    this.connection.socket.destroy();
    await this.#whenClosed;
    const { received } = this.#stream;
    return { bytes: framesText(received), frames: received, end };
  }
}
