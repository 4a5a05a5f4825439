import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

/** A connection that a server got. */
export interface TcpConnection {
  readonly socket: Socket;
  /** Everything that came. */
  received: Buffer;
  /** Whether the peer has closed it, or its half. */
  ended: boolean;
}

/** Called with each piece that comes. */
export type TcpScript = (connection: TcpConnection, bytes: Buffer) => void;

/** A TCP upstream that keeps what it gets. Without a script it sends everything back. */
export class TcpServer {
  readonly connections: TcpConnection[] = [];

  private constructor(private readonly server: Server) {}

  /** Listens on a free port of 127.0.0.1. */
  static async listen(
    script: TcpScript = (connection, bytes) => connection.socket.write(bytes),
  ): Promise<TcpServer> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    const upstream = new TcpServer(server);
    server.on("connection", (socket) => {
      const connection: TcpConnection = { socket, received: Buffer.alloc(0), ended: false };
      upstream.connections.push(connection);
      socket.on("data", (bytes) => {
        connection.received = Buffer.concat([connection.received, bytes]);
        script(connection, bytes);
      });
      socket.on("end", () => {
        connection.ended = true;
        socket.end();
      });
      // `close` follows every error.
      socket.on("error", () => {});
      socket.on("close", () => {
        connection.ended = true;
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return upstream;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const { socket } of this.connections) socket.destroy();
    this.server.close();
    await once(this.server, "close");
  }
}

/** A port where nobody listens. */
export async function deadPort(): Promise<number> {
  const server = await TcpServer.listen();
  const { port } = server;
  await server.stop();
  return port;
}
