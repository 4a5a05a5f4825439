import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";

import { writeApart } from "./client.js";
import { requestFraming } from "../../lab/http1/framing.js";

/** What the upstream answers a stream's requests with. */
export interface UpstreamAnswer {
  /** One write each; null: never answers. */
  readonly writes: readonly Uint8Array[] | null;
  /** Whether it closes the connection after the answer. */
  readonly close: boolean;
}

/** The bytes one connection brought during one stream. */
export interface UpstreamConnection {
  readonly bytes: string;
  /** Whether Envoy had closed it when the stream was over. */
  readonly closed: boolean;
}

const SIDE_ANSWER = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

/** Every request of the side listener has this path and is no part of a stream. */
export const SIDE_PATH = "/side-listener";

interface Connection {
  readonly socket: Socket;
  received: Buffer;
  answered: boolean;
  closed: boolean;
}

/**
 * A raw TCP upstream: it keeps the exact bytes it receives, stream by stream, and answers a request that is complete
 * by its framing with the recorded writes, apart from each other (abi.md F.2: up to 256 KiB arrive as one).
 */
export class Upstream {
  readonly #server: Server;
  readonly #connections = new Set<Connection>();
  #answer: UpstreamAnswer = { writes: null, close: false };

  private constructor(server: Server) {
    this.#server = server;
    server.on("connection", (socket) => this.#accept(socket));
  }

  static async listen(): Promise<Upstream> {
    const upstream = new Upstream(createServer({ allowHalfOpen: true, noDelay: true }));
    upstream.#server.listen(0, "127.0.0.1");
    await once(upstream.#server, "listening");
    return upstream;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** From now on requests belong to a new stream. */
  begin(answer: UpstreamAnswer): void {
    this.#answer = answer;
  }

  /** What arrived since `begin`. Connections that are in the middle of a message are closed: nothing of theirs may reach the next stream. */
  async end(): Promise<UpstreamConnection[]> {
    const seen: UpstreamConnection[] = [];
    const closing: Promise<unknown>[] = [];
    for (const connection of this.#connections) {
      if (connection.received.length === 0) continue;
      seen.push({ bytes: connection.received.toString("latin1"), closed: connection.closed });
      const framing = requestFraming(connection.received);
      const reusable =
        connection.answered && framing.kind === "complete" && framing.end === connection.received.length;
      connection.received = Buffer.alloc(0);
      connection.answered = false;
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

  async stop(): Promise<void> {
    for (const { socket } of this.#connections) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  #accept(socket: Socket): void {
    const connection: Connection = { socket, received: Buffer.alloc(0), answered: false, closed: false };
    this.#connections.add(connection);
    socket.on("data", (chunk) => this.#receive(connection, chunk));
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
    if (connection.answered || requestFraming(connection.received).kind !== "complete") return;
    connection.answered = true;
    const { writes, close } = this.#answer;
    void writeApart(connection.socket, writes ?? []).then(() => {
      if (close) connection.socket.end();
    });
  }
}

function isSideRequest(bytes: Buffer): boolean {
  return bytes.toString("latin1", 0, 64).startsWith(`GET ${SIDE_PATH} `);
}
