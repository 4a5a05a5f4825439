import { once } from "node:events";
import type { Socket } from "node:net";

import { requestFraming } from "../http1-framing.js";
import { until } from "../until.js";
import { untilRead } from "../client.js";
import {
  REQUEST_WAIT_MS,
  SIDE_PATH,
  type Upstream,
  type UpstreamAnswer,
  type UpstreamConnection,
} from "../upstream.js";
import { UpstreamPort } from "../upstream-port.js";

const SIDE_ANSWER = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

interface Connection {
  readonly socket: Socket;
  received: Buffer;
  /** Pieces of the answer that were sent. */
  sent: number;
  answering: boolean;
  closed: boolean;
}

/** A raw TCP upstream: it takes a request for complete by its framing (abi.md F.2: up to 256 KiB arrive as one). */
export class Http1Upstream implements Upstream {
  readonly #connections = new Set<Connection>();
  #pieces: readonly Uint8Array[] = [];
  #close = false;
  #stepByStep = false;

  private constructor(readonly door: UpstreamPort) {
    door.handTo((socket) => this.#accept(socket));
  }

  static async listen(): Promise<Http1Upstream> {
    return new Http1Upstream(await UpstreamPort.open());
  }

  begin({ pieces, close }: UpstreamAnswer, manner: "when complete" | "step by step"): void {
    this.#pieces = (pieces ?? []).map((piece) => {
      if (piece instanceof Uint8Array) return piece;
      throw new Error("an upstream of HTTP/1.1 sends octets, no frames");
    });
    this.#close = close;
    this.#stepByStep = manner === "step by step";
  }

  async sendNext(): Promise<boolean> {
    const connection = await this.#requested();
    if (connection === null || !this.#sendPiece(connection)) return false;
    await untilRead(connection.socket);
    return true;
  }

  async reset(): Promise<void> {
    const connection = await this.#requested();
    if (connection === null) return;
    const closed = once(connection.socket, "close");
    connection.socket.resetAndDestroy();
    await closed;
  }

  release(): void {
    this.#stepByStep = false;
    for (const connection of this.#connections) void this.#answerWhenComplete(connection);
  }

  /** Connections that are in the middle of a message are closed. */
  async end(): Promise<UpstreamConnection[]> {
    const seen: UpstreamConnection[] = [];
    const closing: Promise<unknown>[] = [];
    for (const connection of this.#connections) {
      if (connection.received.length === 0) continue;
      seen.push({ bytes: connection.received.toString("latin1"), closed: connection.closed });
      const framing = requestFraming(connection.received);
      const answered = connection.sent > 0 && connection.sent === this.#pieces.length;
      const reusable = answered && framing.kind === "complete" && framing.end === connection.received.length;
      connection.received = Buffer.alloc(0);
      connection.sent = 0;
      connection.answering = false;
      if (connection.socket.closed) {
        this.#connections.delete(connection);
      } else if (!reusable) {
        closing.push(once(connection.socket, "close"));
        connection.socket.destroy();
      }
    }
    await Promise.all(closing);
    return seen;
  }

  stop(): Promise<void> {
    return this.door.close();
  }

  #accept(socket: Socket): void {
    const connection: Connection = {
      socket,
      received: Buffer.alloc(0),
      sent: 0,
      answering: false,
      closed: false,
    };
    this.#connections.add(connection);
    socket.on("data", (chunk: Buffer) => this.#receive(connection, chunk));
    socket.on("end", () => {
      connection.closed = true;
      socket.end();
    });
    // A reset by Envoy is an end like any other; `close` follows.
    socket.on("error", () => {
      connection.closed = true;
    });
    socket.on("close", () => {
      connection.closed = true;
      if (connection.received.length === 0) this.#connections.delete(connection);
    });
  }

  #receive(connection: Connection, chunk: Buffer): void {
    // Envoy writes the side listener's request, a head without body, in one piece and only on an idle connection.
    if (isSideRequest(chunk)) {
      connection.socket.write(SIDE_ANSWER);
      return;
    }
    connection.received = Buffer.concat([connection.received, chunk]);
    void this.#answerWhenComplete(connection);
  }

  async #answerWhenComplete(connection: Connection): Promise<void> {
    if (this.#stepByStep || connection.answering) return;
    if (requestFraming(connection.received).kind !== "complete") return;
    connection.answering = true;
    while (this.#sendPiece(connection))
      if (connection.sent < this.#pieces.length) await untilRead(connection.socket);
    if (this.#close) connection.socket.end();
  }

  #sendPiece(connection: Connection): boolean {
    const piece = this.#pieces[connection.sent];
    if (piece === undefined || connection.socket.destroyed || !connection.socket.writable) return false;
    connection.sent++;
    connection.socket.write(piece);
    return true;
  }

  /** The connection on which the head of a request has come. */
  async #requested(): Promise<Connection | null> {
    const find = () => [...this.#connections].find(({ received }) => received.includes("\r\n\r\n")) ?? null;
    return until(find, REQUEST_WAIT_MS);
  }
}

function isSideRequest(bytes: Buffer): boolean {
  return bytes.toString("latin1", 0, 64).startsWith(`GET ${SIDE_PATH} `);
}
