import { once } from "node:events";
import { createServer, type Http2Server as NodeServer, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo, Socket } from "node:net";

import type { Fields } from "../http1/message.js";
import { fieldsOf } from "./fields.js";

/** A request whose body may still be coming. The stream is Node's, to answer with. */
export interface Http2ServerRequest {
  readonly stream: ServerHttp2Stream;
  readonly method: string;
  readonly path: string;
  readonly headers: Fields;
}

export type Http2Script = (request: Http2ServerRequest) => void;

/** An upstream that speaks HTTP/2 without TLS. */
export class Http2Server {
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly server: NodeServer,
    /** May be replaced at any time. */
    public script: Http2Script,
  ) {}

  /** Listens on a free port of 127.0.0.1. */
  static async listen(script: Http2Script): Promise<Http2Server> {
    const server = createServer();
    const upstream = new Http2Server(server, script);
    server.on("session", (session) => session.on("error", () => {}));
    server.on("connection", (socket: Socket) => {
      upstream.#sockets.add(socket);
      socket.on("close", () => upstream.#sockets.delete(socket));
      socket.on("error", () => {});
    });
    server.on("stream", (stream, _headers, _flags, raw?: string[]) => {
      stream.on("error", () => {});
      const headers = fieldsOf(raw ?? []);
      const pseudo = (name: string) => headers.find(([key]) => key === name)?.[1] ?? "";
      upstream.script({ stream, method: pseudo(":method"), path: pseudo(":path"), headers });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return upstream;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Closes every connection, with RST. */
  reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.server.close();
    await once(this.server, "close");
  }
}
