/** A proxy on 127.0.0.1 that passes TCP connections on to an upstream and records what both sides do. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { ConnectionEvent, Peer, RecordedConnection } from "as-proxy-wasm-sim";

export interface RecordingTcpProxyOptions {
  readonly upstream: { readonly host: string; readonly port: number };
  /** 0: a free one. */
  readonly port: number;
  /** A connection on which more passes is not recorded: cut off it would be another one. */
  readonly bytesLimit: number;
  /** A connection is over; null: it was too large. */
  readonly onConnection: (connection: RecordedConnection | null) => void;
}

export class RecordingTcpProxy {
  readonly #front = createServer({ allowHalfOpen: true }, (client) => this.#pass(client));
  readonly #sockets = new Set<Socket>();
  readonly #began = performance.now();
  #connections = 0;

  private constructor(private readonly options: RecordingTcpProxyOptions) {}

  static async start(options: RecordingTcpProxyOptions): Promise<RecordingTcpProxy> {
    const proxy = new RecordingTcpProxy(options);
    proxy.#front.listen(options.port, "127.0.0.1");
    await once(proxy.#front, "listening");
    return proxy;
  }

  get port(): number {
    return (this.#front.address() as AddressInfo).port;
  }

  /** Breaks off what is underway; that is recorded as far as it came. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#front.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #pass(client: Socket): void {
    const recorder = new ConnectionRecorder(`connection-${++this.#connections}`, () => this.#now());
    const upstream = connect({ ...this.options.upstream, allowHalfOpen: true });
    let isOver = false;
    const over = (): void => {
      if (isOver || !client.destroyed || !upstream.destroyed) return;
      isOver = true;
      this.options.onConnection(recorder.bytes > this.options.bytesLimit ? null : recorder.finish());
    };
    upstream.on("connect", () => recorder.accepted());
    for (const from of ["client", "upstream"] as const) {
      const [socket, other] = from === "client" ? [client, upstream] : [upstream, client];
      this.#sockets.add(socket);
      socket.on("data", (bytes: Buffer) => {
        recorder.data(from, bytes);
        if (other.write(bytes)) return;
        socket.pause();
        other.once("drain", () => socket.resume());
      });
      socket.on("end", () => {
        recorder.end(from);
        other.end();
      });
      // What it means is told by "close".
      socket.on("error", () => recorder.reset(from));
      socket.on("close", (wasBroken) => {
        this.#sockets.delete(socket);
        if (wasBroken) other.resetAndDestroy();
        over();
      });
    }
  }

  #now(): number {
    return Math.round((performance.now() - this.#began) * 1000) / 1000;
  }
}

/** What passes on one connection, as it passes. */
class ConnectionRecorder {
  readonly #events: ConnectionEvent[] = [];
  readonly #ended = new Set<Peer>();
  readonly #at: number;
  #lastAt: number;
  #accepted = false;
  bytes = 0;

  constructor(
    private readonly id: string,
    private readonly now: () => number,
  ) {
    this.#at = now();
    this.#lastAt = this.#at;
  }

  accepted(): void {
    this.#accepted = true;
  }

  data(from: Peer, bytes: Uint8Array): void {
    this.bytes += bytes.length;
    this.#add({ from, kind: "data", bytes: new Uint8Array(bytes) });
  }

  end(from: Peer): void {
    if (this.#ended.has(from)) return;
    this.#ended.add(from);
    this.#add({ from, kind: "end" });
  }

  /** The first side that breaks off ends all. */
  reset(from: Peer): void {
    if (this.#ended.size === 2 || (from === "upstream" && !this.#accepted)) return;
    this.#ended.add("client").add("upstream");
    this.#add({ from, kind: "reset" });
  }

  finish(): RecordedConnection {
    return {
      id: this.id,
      events: this.#events,
      ...(this.#accepted ? {} : { upstreamAccepts: false }),
      ...(this.#at === 0 ? {} : { at: this.#at }),
    };
  }

  #add(event: ConnectionEvent): void {
    const at = this.now();
    const milliseconds = Math.round((at - this.#lastAt) * 1000) / 1000;
    if (milliseconds > 0) this.#events.push({ kind: "wait", milliseconds });
    this.#lastAt = at;
    this.#events.push(event);
  }
}
