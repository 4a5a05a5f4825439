import { BodyBuffer } from "./body-buffer.js";
import { EnvoyCrash } from "./exchange-signals.js";
import { decoding, encoding, FilterDirection, type DirectionEnd } from "./filter-direction.js";
import type { HeaderMap } from "./header-map.js";
import { envoyReply, grpcReplyHeaders, isGrpc, localReplyHeaders } from "./local-reply.js";
import type {
  DirectionCallbacks,
  FinalMaps,
  LocalReplySpec,
  StreamCallbacks,
  StreamFilter,
} from "./stream-filter.js";
import type { StreamInfo } from "./stream-info.js";

/** Builds the filters of one stream, front to back. */
export type FilterChain = (callbacks: (index: number) => StreamCallbacks) => readonly StreamFilter[];

/** The two ends of a chain and what happens to the stream as a whole. */
export interface StreamEnds {
  readonly router: DirectionEnd;
  readonly codec: DirectionEnd;
  /** The response must be cut: nothing more can be said to the client. */
  reset(details: string): void;
  routeCacheCleared(): void;
  /** A filter let the stream go on from outside of its callbacks, and that failed. */
  failedOutside(error: unknown): void;
  /** The filters have logged; now the access loggers do. */
  accessLog(maps: FinalMaps): void;
}

/** A stream's life; `#finish` is the only way out of `open`. */
type StreamState = "open" | "finished";

/**
 * The filter chain of one stream: both directions, local replies, and the end (abi.md 8). A local reply asked for
 * during a request callback waits until the callback is over; in a response callback it happens at once.
 */
export class FilterManager {
  readonly decoder: FilterDirection;
  readonly encoder: FilterDirection;
  readonly #filters: readonly StreamFilter[];
  #state: StreamState = "open";
  #prepared: LocalReplySpec | null = null;
  #replied: LocalReplySpec | null = null;
  #responseHeadersSent = false;
  #finalResponseHeaders: HeaderMap | null = null;
  /** The request iteration ended with a local reply. */
  #decoderAborted = false;

  constructor(
    chain: FilterChain,
    private readonly info: StreamInfo,
    private readonly ends: StreamEnds,
    private readonly answersHead: () => boolean,
    bufferLimit: number,
  ) {
    this.#filters = chain((index) => new FilterStreamCallbacks(this, index));
    const filters = this.#filters;
    this.decoder = new FilterDirection(filters, {
      calls: decoding,
      trailersKind: "request trailers",
      bufferLimit,
      end: ends.router,
      addedTrailersPassHeldData: true,
      onDataTooLarge: () =>
        this.sendLocalReply(envoyReply(413, "Payload Too Large", "request_payload_too_large")),
      isOver: () => this.#decoderIsOver(),
    });
    this.encoder = new FilterDirection(filters.toReversed(), {
      calls: encoding,
      trailersKind: "response trailers",
      bufferLimit,
      end: {
        headers: (headers, endStream) => this.#encodeHeaders(headers, endStream),
        data: (data, endStream) => ends.codec.data(data, endStream),
        trailers: (trailers) => ends.codec.trailers(trailers),
      },
      addedTrailersPassHeldData: false,
      onDataTooLarge: () =>
        this.sendLocalReply(envoyReply(500, "Internal Server Error", "response_payload_too_large")),
      isOver: () => this.#state === "finished",
    });
  }

  get finished(): boolean {
    return this.#state === "finished";
  }

  /** The reply that was sent instead of the upstream's response, if any. */
  get localReply(): LocalReplySpec | null {
    return this.#replied;
  }

  get responseHeadersSent(): boolean {
    return this.#responseHeadersSent;
  }

  sendLocalReply(reply: LocalReplySpec): void {
    if (this.#state === "finished") throw new EnvoyCrash("a local reply after the stream has ended");
    // Even a reply that comes too late to be sent changes what is logged.
    this.info.responseCodeDetails = reply.details;
    if (reply.flags !== undefined) this.info.responseFlags = reply.flags;
    if (this.encoder.headers === null) {
      if (this.decoder.running === "none") this.#replyThroughFilters(reply);
      else this.#prepared ??= reply;
    } else if (!this.#responseHeadersSent) this.#replyDirectly(reply);
    else this.ends.reset(reply.details);
  }

  /** Logs and destroys the filters; nothing is called afterwards. */
  finish(): void {
    if (this.#state === "finished") return;
    this.#state = "finished";
    const maps: FinalMaps = {
      requestHeaders: this.decoder.headers,
      responseHeaders: this.#finalResponseHeaders ?? this.encoder.headers,
      responseTrailers: this.encoder.trailers,
    };
    for (const filter of this.#filters) filter.onLog(maps);
    this.ends.accessLog(maps);
    for (const filter of this.#filters) filter.onDestroy();
  }

  #decoderIsOver(): boolean {
    const reply = this.#prepared;
    if (reply !== null && !this.#decoderAborted && this.#state === "open") {
      this.#decoderAborted = true;
      this.#replyThroughFilters({ ...reply, details: this.info.responseCodeDetails ?? reply.details });
    }
    return this.#decoderAborted || this.#state === "finished";
  }

  #replyThroughFilters(reply: LocalReplySpec): void {
    this.#decoderAborted = true;
    this.#replied = reply;
    this.info.responseCode = isGrpc(this.decoder.headers) ? 200 : reply.statusCode;
    this.#sendReply(reply, {
      headers: (headers, endStream) => this.encoder.receiveHeaders(headers, endStream),
      data: (data, endStream) => this.encoder.receiveData(data, endStream),
    });
  }

  /** Past all filters: they have seen the response that this one replaces. */
  #replyDirectly(reply: LocalReplySpec): void {
    this.#replied = reply;
    this.#sendReply(reply, {
      headers: (headers, endStream) => this.#encodeHeaders(headers, endStream),
      data: (data, endStream) => this.ends.codec.data(data, endStream),
    });
  }

  #sendReply(reply: LocalReplySpec, to: Pick<DirectionEnd, "headers" | "data">): void {
    const grpc = isGrpc(this.decoder.headers);
    const headersOnly = grpc || reply.body.length === 0 || this.answersHead();
    to.headers(grpc ? grpcReplyHeaders(reply) : localReplyHeaders(reply), headersOnly);
    if (!headersOnly && !this.finished) to.data(new BodyBuffer(reply.body), true);
  }

  #encodeHeaders(headers: HeaderMap, endStream: boolean): void {
    if (!/^\d+$/.test(headers.get(":status") ?? "")) {
      const problem = "missing required header: :status";
      const details = `filter_removed_required_response_headers{${problem.replaceAll(" ", "_")}}`;
      this.sendLocalReply(envoyReply(502, problem, details));
      return;
    }
    this.#responseHeadersSent = true;
    this.#finalResponseHeaders = headers;
    this.ends.codec.headers(headers, endStream);
  }

  /** `close_stream`: the stream is cut. */
  resetByFilter(details: string): void {
    if (this.#state === "finished") throw new EnvoyCrash("close_stream after the stream has ended");
    this.info.responseCodeDetails ??= details;
    this.ends.reset(details);
  }

  clearRouteCache(): void {
    this.ends.routeCacheCleared();
  }

  /** What a filter asks for outside of its callbacks goes through the chain from there, whatever that runs into. */
  continueOutside(direction: FilterDirection, index: number): void {
    try {
      direction.continueFrom(index);
    } catch (error) {
      this.ends.failedOutside(error);
    }
  }

  get filterCount(): number {
    return this.#filters.length;
  }
}

/** What one filter can do to its stream. The filters are made before the directions that they can act on. */
class FilterStreamCallbacks implements StreamCallbacks {
  readonly decoder: DirectionCallbacks;
  readonly encoder: DirectionCallbacks;

  constructor(
    private readonly manager: FilterManager,
    index: number,
  ) {
    this.decoder = new LateCallbacks(manager, "decoder", index);
    this.encoder = new LateCallbacks(manager, "encoder", index);
  }

  sendLocalReply(reply: LocalReplySpec): void {
    this.manager.sendLocalReply(reply);
  }

  reset(details: string): void {
    this.manager.resetByFilter(details);
  }

  clearRouteCache(): void {
    this.manager.clearRouteCache();
  }
}

class LateCallbacks implements DirectionCallbacks {
  constructor(
    private readonly manager: FilterManager,
    private readonly name: "decoder" | "encoder",
    private readonly index: number,
  ) {}

  started(): boolean {
    return this.manager[this.name].headers !== null;
  }

  addData(data: BodyBuffer): void {
    this.manager[this.name].addData(data);
  }

  heldData(): BodyBuffer | null {
    return this.manager[this.name].heldData;
  }

  addTrailers(): HeaderMap {
    return this.manager[this.name].addTrailers();
  }

  continueIteration(): void {
    const { manager, index } = this;
    const place = this.name === "decoder" ? index : manager.filterCount - 1 - index;
    manager.continueOutside(manager[this.name], place);
  }
}
