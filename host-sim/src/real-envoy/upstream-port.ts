import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

/** A port of this machine that Envoy connects to. Whoever answers may change; the port stays. */
export class UpstreamPort {
  readonly #sockets = new Set<Socket>();
  #accept: (socket: Socket) => void = (socket) => socket.destroy();

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      // `close` follows every error.
      socket.on("error", () => {});
      this.#accept(socket);
    });
  }

  /** A free port of 127.0.0.1. Sockets stay open for writing after the peer's end. */
  static async open(): Promise<UpstreamPort> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new UpstreamPort(server, (server.address() as AddressInfo).port);
  }

  /** From now on connections are for `accept`. Gives what they were for before. */
  handTo(accept: (socket: Socket) => void): (socket: Socket) => void {
    const before = this.#accept;
    this.#accept = accept;
    return before;
  }

  /** Lets nobody connect while `run` runs; connections that are there stay. */
  async refusingDuring<T>(run: () => Promise<T>): Promise<T> {
    this.server.close();
    try {
      return await run();
    } finally {
      this.server.listen(this.port, "127.0.0.1");
      await once(this.server, "listening");
    }
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.server.close();
    await once(this.server, "close");
  }
}
