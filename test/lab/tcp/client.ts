import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** A TCP connection whose bytes are kept. */
export class TcpClient {
  #received = Buffer.alloc(0);
  #ended = false;
  #closed = false;
  #wake: () => void = () => {};

  private constructor(private readonly socket: Socket) {
    socket.on("data", (bytes: Buffer) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      this.#wake();
    });
    socket.on("end", () => {
      this.#ended = true;
      this.#wake();
    });
    socket.on("close", () => {
      this.#closed = true;
      this.#wake();
    });
    // `close` follows every error.
    socket.on("error", () => {});
  }

  static async connect(port: number): Promise<TcpClient> {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true, allowHalfOpen: true });
    const client = new TcpClient(socket);
    await once(socket, "connect");
    return client;
  }

  /** Everything that came. */
  get received(): Buffer {
    return this.#received;
  }

  /** Whether the other side sends no more. */
  get ended(): boolean {
    return this.#ended || this.#closed;
  }

  write(bytes: Uint8Array | string): void {
    if (this.socket.writable) this.socket.write(bytes);
  }

  /** Waits until `size` bytes have come in all; what came is returned in any case. */
  async read(size: number, timeoutMs = 5_000): Promise<Buffer> {
    const deadline = Date.now() + timeoutMs;
    while (this.#received.length < size && !this.ended && Date.now() < deadline)
      await this.#changeOr(deadline - Date.now());
    return this.#received;
  }

  /** Waits until the other side has ended; false when it has not in time. */
  async untilEnded(timeoutMs = 5_000): Promise<boolean> {
    const deadline = Date.now() + timeoutMs;
    while (!this.ended && Date.now() < deadline) await this.#changeOr(deadline - Date.now());
    return this.ended;
  }

  /** FIN: no more from us. */
  end(): void {
    this.socket.end();
  }

  close(): void {
    this.socket.destroy();
  }

  /** RST. */
  abort(): void {
    this.socket.resetAndDestroy();
  }

  #changeOr(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
