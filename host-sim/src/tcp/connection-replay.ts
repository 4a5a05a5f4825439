import { fromText, toBytes } from "../byte-string.js";
import type { Clock } from "../envoy/clock.js";
import type { EnvoyBehaviour } from "../envoy-versions.js";
import type { Dispatcher } from "../envoy/timeline.js";
import { interruption } from "../http/exchange-signals.js";
import type { Outcome } from "../http/exchange.js";
import type { StreamInfo } from "../http/stream-info.js";
import type { ConnectionEvent, RecordedConnection } from "../recording/recorded-connection.js";
import type { ConnectionOutcome } from "./connection-exchange.js";
import { CloseType, type NetworkCallbacks, type NetworkFilter } from "./network-filter.js";
import { NetworkFilterChain } from "./network-filter-chain.js";

export interface ConnectionReplayOptions {
  readonly connectionId: number;
  readonly behaviour: EnvoyBehaviour;
  readonly givenProperties: StreamInfo["givenProperties"];
  readonly clock: Clock;
  /** The connection is over, and its filters have been told. */
  readonly accessLog: (info: StreamInfo) => void;
  /** Of the thread that has the connection. */
  readonly dispatcher: Dispatcher;
  /** Makes the filters of the connection. */
  readonly filters: (
    info: StreamInfo,
    callbacks: (index: number) => NetworkCallbacks,
  ) => readonly NetworkFilter[];
  /** Lets happen what was posted to happen after the last read. */
  readonly afterRead: () => void;
  /** Envoy connects to the upstream only when data come. */
  readonly connectsOnData: boolean;
}

export interface ConnectionResult {
  readonly outcome: ConnectionOutcome;
  readonly cluster: string | null;
  readonly upstream: Uint8Array | null;
  readonly downstream: Uint8Array;
}

/** Where the TCP proxy is with its upstream. */
type UpstreamState = "not asked for" | "connecting" | "connected";

/** Envoy's response flags: the connection failed, and every attempt did; the remote side reset it. */
const upstreamRefused = 0x8020;
const upstreamReset = 0x10;

/** The cluster of the TCP proxy, unless a filter names another one in `envoy.tcp_proxy.cluster`. */
const defaultCluster = "upstream";

/** One recorded connection on its way through Envoy's network filters and its TCP proxy. */
export class ConnectionReplay {
  readonly #chain: NetworkFilterChain;
  readonly #info: StreamInfo;
  readonly #events: ConnectionEvent[];
  readonly #toUpstream: Uint8Array[] = [];
  readonly #toClient: Uint8Array[] = [];
  /** Sent by the client while Envoy does not read yet. */
  readonly #socket: Uint8Array[] = [];
  #socketEnded = false;
  #upstream: UpstreamState = "not asked for";
  #cluster: string | null = null;
  #waiting = false;
  #clientWaited = false;
  #started = false;
  #progressing = false;
  /** What has passed the filters. */
  #clientEnded = false;
  #upstreamEnded = false;
  #upstreamEndReachedClient = false;
  #outcome: ConnectionOutcome | null = null;

  constructor(
    private readonly connection: RecordedConnection,
    private readonly options: ConnectionReplayOptions,
  ) {
    this.#info = {
      connectionId: options.connectionId,
      behaviour: options.behaviour,
      givenProperties: options.givenProperties,
      protocol: null,
      startTime: options.clock.wallNanoseconds(),
      clock: options.clock,
      upstreamAttempts: 0,
      clusterName: null,
      requestBodyBytes: 0,
      responseBodyBytes: 0,
      responseCode: null,
      responseCodeDetails: null,
      responseFlags: 0,
      route: null,
      filterState: new Map(),
    };
    this.#events = withEnds(connection.events);
    this.#chain = new NetworkFilterChain((callbacks) => options.filters(this.#info, callbacks), {
      newConnection: () => {
        if (!options.connectsOnData) this.#connect();
      },
      data: (data, endStream) => {
        if (this.#upstream === "not asked for") this.#connect();
        this.#toUpstream.push(data.takeAll());
        if (endStream) this.#endFromClient();
      },
      write: (bytes, endStream) => {
        this.#info.responseBodyBytes += bytes.length;
        this.#toClient.push(bytes);
        if (!endStream) return;
        this.#upstreamEndReachedClient = true;
        if (this.#clientEnded) this.#close(CloseType.Local, { kind: "completed" });
      },
      close: (details) =>
        this.#close(CloseType.Local, {
          kind: "closed",
          explanation: `A filter closed the connection: ${details}.`,
        }),
    });
  }

  get finished(): boolean {
    return this.#outcome !== null;
  }

  progress(): void {
    if (this.#progressing) return;
    this.#progressing = true;
    try {
      while (!this.finished && this.#next()) this.options.afterRead();
    } finally {
      this.#progressing = false;
    }
  }

  abort(outcome: Outcome): void {
    if (outcome.kind === "crashed" || outcome.kind === "failed") this.#outcome = outcome;
    else
      this.#outcome ??= { kind: "closed", explanation: "explanation" in outcome ? outcome.explanation : "" };
  }

  /** Envoy closes the connection. */
  close(details: string): void {
    this.#close(CloseType.Local, { kind: "closed", explanation: `Envoy closed the connection: ${details}.` });
  }

  /**
   * Nothing moves the connection any more: a client that has not ended ends, which may move it again (true); the next
   * time it breaks the connection off.
   */
  clientGivesUp(): boolean {
    if (this.finished) return false;
    if (this.#events[0] === impliedClientEnd && !this.#clientWaited) {
      this.#clientWaited = true;
      this.progress();
      return true;
    }
    this.#close(CloseType.Remote, { kind: "stalled", explanation: this.#explain() });
    return false;
  }

  result(): ConnectionResult {
    return {
      outcome: this.#outcome ?? { kind: "completed" },
      cluster: this.#cluster,
      upstream: this.#upstream === "connected" ? Buffer.concat(this.#toUpstream) : null,
      downstream: Buffer.concat(this.#toClient),
    };
  }

  /** False when nothing can happen now. */
  #next(): boolean {
    if (!this.#started) {
      this.#started = true;
      this.#chain.start();
      return true;
    }
    const [event] = this.#events;
    if (event === undefined || this.#waiting) return false;
    if (event.kind === "wait") {
      this.#events.shift();
      this.#waiting = true;
      this.options.dispatcher.schedule("timeout", event.milliseconds, () => (this.#waiting = false));
      return false;
    }
    if (event === impliedClientEnd && this.#chain.held.downstream > 0 && !this.#clientWaited) return false;
    if (event.from === "upstream" && !this.#upstreamCan(event)) return false;
    this.#events.shift();
    if (event.from === "client") this.#fromClient(event);
    else this.#fromUpstream(event);
    return true;
  }

  #upstreamCan(event: ConnectionEvent): boolean {
    if (this.#upstream !== "connected") return false;
    return event !== impliedUpstreamEnd || this.#clientEnded;
  }

  #fromClient(event: Exclude<ConnectionEvent, { kind: "wait" }>): void {
    switch (event.kind) {
      case "reset":
        return this.#close(CloseType.Remote, {
          kind: "closed",
          explanation: "The client reset the connection.",
        });
      case "end":
        this.#socketEnded = true;
        break;
      case "data":
        this.#socket.push(bytesOf(event.bytes));
        break;
    }
    this.#readSocket();
  }

  /** Envoy does not read before it has its upstream, unless it waits for data to choose it. */
  #readSocket(): void {
    const reads =
      this.#upstream === "connected" || (this.options.connectsOnData && this.#upstream === "not asked for");
    if (!reads || (this.#socket.length === 0 && !this.#socketEnded)) return;
    const bytes = Buffer.concat(this.#socket.splice(0));
    this.#info.requestBodyBytes += this.#chain.read(bytes, this.#socketEnded);
  }

  #connect(): void {
    this.#upstream = "connecting";
    const chosen = this.#info.filterState.get("envoy.tcp_proxy.cluster")?.value;
    this.#cluster = chosen instanceof Uint8Array ? Buffer.from(chosen).toString() : defaultCluster;
    this.#info.clusterName = fromText(this.#cluster);
    this.#info.upstreamAttempts += 1;
    this.options.dispatcher.post(() => {
      if (this.finished) return;
      if (this.connection.upstreamAccepts === false) {
        this.#info.upstreamTransportFailure = "delayed connect error: Connection refused";
        this.#info.responseFlags = upstreamRefused;
        this.#close(CloseType.Local, { kind: "closed", explanation: "The upstream refused the connection." });
        return;
      }
      this.#upstream = "connected";
      this.#readSocket();
    });
  }

  #fromUpstream(event: Exclude<ConnectionEvent, { kind: "wait" }>): void {
    switch (event.kind) {
      case "reset":
        this.#info.responseFlags = upstreamReset;
        return this.#close(CloseType.Local, {
          kind: "closed",
          explanation: "The upstream reset the connection.",
        });
      case "end":
        this.#upstreamEnded = true;
        return this.#chain.write(new Uint8Array(), true);
      case "data":
        return this.#chain.write(bytesOf(event.bytes), false);
    }
  }

  /** The client's end reached the upstream; with both ended there is nothing left. */
  #endFromClient(): void {
    if (this.#clientEnded) return;
    this.#clientEnded = true;
    if (!this.#upstreamEnded) return;
    // An end that a filter holds never reaches the client: then it is Envoy that closes.
    this.#close(this.#upstreamEndReachedClient ? CloseType.Remote : CloseType.Local, { kind: "completed" });
  }

  #close(type: CloseType, outcome: ConnectionOutcome): void {
    if (this.finished) return;
    this.#outcome = outcome;
    try {
      this.#chain.close(type);
      this.options.accessLog(this.#info);
    } catch (error) {
      this.#outcome = interruption(error) as ConnectionOutcome;
      throw error;
    }
  }

  #explain(): string {
    const { downstream, upstream } = this.#chain.held;
    if (this.#upstream === "not asked for" && !this.options.connectsOnData)
      return "A filter returned StopIteration from proxy_on_new_connection, and nothing continues: Envoy does not even connect to the upstream.";
    if (upstream > 0)
      return `A filter holds ${upstream} bytes from the upstream. A held upstream cannot be resumed: it only gets another chance with more data (abi.md 9).`;
    if (downstream > 0 || this.#socketEnded)
      return `A filter holds ${downstream} bytes from the client and its end: return Continue there, or call continue_stream(2) from a later callback.`;
    return "Nothing more happened on the connection.";
  }
}

const impliedClientEnd: ConnectionEvent = { from: "client", kind: "end" };
const impliedUpstreamEnd: ConnectionEvent = { from: "upstream", kind: "end" };

/** Every recording ends: first the client, then the upstream when it has seen that. */
function withEnds(events: readonly ConnectionEvent[]): ConnectionEvent[] {
  const all = [...events];
  const ended = (from: "client" | "upstream") =>
    events.some((event) => event.kind === "reset" || (event.kind === "end" && event.from === from));
  if (!ended("client")) all.push(impliedClientEnd);
  if (!ended("upstream")) all.push(impliedUpstreamEnd);
  return all;
}

function bytesOf(bytes: string | Uint8Array): Uint8Array {
  return typeof bytes === "string" ? toBytes(fromText(bytes)) : bytes;
}
