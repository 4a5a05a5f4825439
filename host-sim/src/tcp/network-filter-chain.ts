import { BodyBuffer } from "../http/body-buffer.js";
import type { CloseType, NetworkCallbacks, NetworkFilter } from "./network-filter.js";

/** What lies behind the filters: the TCP proxy for reads, the client's socket for writes. */
export interface ConnectionEnds {
  /** The last filter let the connection pass, or there is none. */
  newConnection(): void;
  /** Takes what it wants out of the buffer. */
  data(data: BodyBuffer, endStream: boolean): void;
  write(bytes: Uint8Array, endStream: boolean): void;
  /** A filter closes the connection. */
  close(details: string): void;
}

/**
 * The network filters of one connection (abi.md 9), as Envoy's filter manager runs them: one buffer for each
 * direction, which all filters see whole as long as one of them holds it.
 */
export class NetworkFilterChain {
  readonly #filters: readonly NetworkFilter[];
  readonly #initialized = new Set<NetworkFilter>();
  readonly #readBuffer = new BodyBuffer();
  readonly #writeBuffer = new BodyBuffer();
  #proxyInitialized = false;
  #readEnded = false;
  #writeEnded = false;
  #closed = false;

  constructor(
    filters: (callbacks: (index: number) => NetworkCallbacks) => readonly NetworkFilter[],
    private readonly ends: ConnectionEnds,
  ) {
    this.#filters = filters((index) => ({
      continueReading: () => this.#continueReading(index + 1),
      close: (details) => {
        if (!this.#closed) this.ends.close(details);
      },
    }));
  }

  /** Bytes that a filter holds, for messages. */
  get held(): { readonly downstream: number; readonly upstream: number } {
    return { downstream: this.#readBuffer.length, upstream: this.#writeBuffer.length };
  }

  start(): void {
    this.#continueReading(0);
  }

  /** The client sent something; gives the size of everything that nobody has taken. */
  read(bytes: Uint8Array, endStream: boolean): number {
    this.#readBuffer.append(bytes);
    this.#readEnded ||= endStream;
    const size = this.#readBuffer.length;
    this.#continueReading(0);
    return size;
  }

  write(bytes: Uint8Array, endStream: boolean): void {
    this.#writeBuffer.append(bytes);
    this.#writeEnded ||= endStream;
    for (const filter of this.#filters.toReversed()) {
      const status = filter.onWrite(this.#writeBuffer, this.#writeEnded);
      if (status === "StopIteration" || this.#closed) return;
    }
    this.ends.write(this.#writeBuffer.takeAll(), this.#writeEnded);
  }

  close(type: CloseType): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const filter of this.#filters) filter.onClose(type);
  }

  #continueReading(from: number): void {
    if (this.#closed) return;
    for (const filter of this.#filters.slice(from)) {
      if (!this.#initialized.has(filter)) {
        this.#initialized.add(filter);
        const status = filter.onNewConnection();
        if (status === "StopIteration" || this.#closed) return;
      }
      if (!this.#hasData()) continue;
      const status = filter.onData(this.#readBuffer, this.#readEnded);
      if (status === "StopIteration" || this.#closed) return;
    }
    if (!this.#proxyInitialized) {
      this.#proxyInitialized = true;
      this.ends.newConnection();
    }
    if (this.#hasData()) this.ends.data(this.#readBuffer, this.#readEnded);
  }

  #hasData(): boolean {
    return this.#readBuffer.length > 0 || this.#readEnded;
  }
}
