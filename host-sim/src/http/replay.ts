import { firstValue } from "../byte-string.js";
import type { Clock } from "../envoy/clock.js";
import type { EnvoyBehaviour } from "../envoy-versions.js";
import { SimulatorError } from "../errors.js";
import type { RecordedStream } from "../recording/recorded-stream.js";
import { BodyBuffer } from "./body-buffer.js";
import type { MessageRecorder, MessageSender } from "./codec.js";
import { finishResponseHeaders, httpDate } from "./connection-manager-headers.js";
import { interruption, MissingBodyNeeded } from "./exchange-signals.js";
import type { Exchange, Outcome, WireBytes } from "./exchange.js";
import { FilterManager, type FilterChain } from "./filter-manager.js";
import { HeaderMap } from "./header-map.js";
import { http1Downstream, http1Upstream } from "./http1/index.js";
import { envoyReply } from "./local-reply.js";
import { requestProblem, setMissingScheme } from "./router-headers.js";
import { explainStall } from "./stall.js";
import type { DirectionCallbacks, FinalMaps, StreamCallbacks } from "./stream-filter.js";
import type { StreamInfo } from "./stream-info.js";
import { DateFilter } from "./date-filter.js";

export interface ReplayOptions {
  /** The thread that runs the stream. */
  readonly worker: StreamWorker;
  readonly connectionId: number;
  readonly behaviour: EnvoyBehaviour;
  readonly givenProperties: StreamInfo["givenProperties"];
  readonly bufferLimit: number;
  readonly clock: Clock;
  /** Lets happen what was posted to happen after the last read. */
  readonly afterRead: () => void;
  /** Clusters that have not answered a callout. */
  readonly pendingCallouts: () => readonly string[];
  /** Names of plugins that would work if `allow_on_headers_stop_iteration` were on. */
  readonly needOption: readonly string[];
}

/** What a stream needs of its thread. */
export interface StreamWorker {
  filterChain(info: () => StreamInfo): FilterChain;
  accessLog(info: StreamInfo, maps: FinalMaps): void;
}

export type ReplayResult = Pick<
  Exchange,
  "outcome" | "upstream" | "response" | "localReply" | "responseCodeDetails" | "wire"
>;

/** One recorded stream on its way through Envoy: the client's writes in, the upstream's answer back. */
export class StreamReplay {
  readonly #request: MessageSender | null;
  #response: MessageSender | null = null;
  #progressing = false;
  readonly #manager: FilterManager;
  readonly #info: StreamInfo;
  /** What the client gets; with a whole response it closes its connection. */
  readonly #downstream: MessageRecorder;
  /** What the upstream gets; it answers a whole request. */
  readonly #upstream: MessageRecorder;
  readonly #answersHead: boolean;
  #requestReceived = false;
  #requestStarted = false;
  #routeCached = true;
  #outcome: Outcome | null = null;

  constructor(
    private readonly stream: RecordedStream,
    private readonly options: ReplayOptions,
  ) {
    const method = firstValue(stream.request.headers, ":method") ?? "GET";
    this.#answersHead = method === "HEAD";
    this.#info = {
      connectionId: options.connectionId,
      behaviour: options.behaviour,
      givenProperties: options.givenProperties,
      protocol: "HTTP/1.1",
      startTime: options.clock.wallNanoseconds(),
      clock: options.clock,
      upstreamAttempts: 0,
      clusterName: "upstream",
      requestBodyBytes: 0,
      responseBodyBytes: 0,
      responseCode: null,
      responseCodeDetails: null,
      filterState: new Map(),
    };
    this.#downstream = http1Downstream.recordResponse(method);
    this.#upstream = http1Upstream.recordRequest();
    const chain = options.worker.filterChain(() => this.#info);
    this.#manager = new FilterManager(
      (callbacks) => [new DateFilter(), ...chain((index) => this.#guarded(callbacks(index + 1)))],
      this.#info,
      {
        router: {
          headers: (headers, endStream) => this.#route(headers, endStream),
          data: (data, endStream) => this.#upstream.data(data, endStream),
          trailers: (trailers) => this.#upstream.trailers(trailers),
        },
        codec: {
          headers: (headers, endStream) => this.#respond(headers, endStream),
          data: (data, endStream) => {
            this.#info.responseBodyBytes += data.length;
            this.#downstream.data(data, endStream);
            if (endStream) this.#complete();
          },
          trailers: (trailers) => {
            this.#downstream.trailers(trailers);
            this.#complete();
          },
        },
        reset: (details) => this.#reset(details),
        routeCacheCleared: () => (this.#routeCached = false),
        accessLog: (maps) => options.worker.accessLog(this.#info, maps),
      },
      () => this.#answersHead,
      options.bufferLimit,
    );
    if (stream.order !== undefined) this.#outcome = interruption(unmodelledOrder(stream));
    this.#request = this.#sendable(() => this.#sendRequest());
  }

  /** Nothing more happens to the stream. */
  get finished(): boolean {
    return this.#outcome !== null || this.#manager.finished;
  }

  /** Sends piece by piece what client and upstream can send now; they wait when Envoy does not read. */
  progress(): void {
    if (this.#progressing) return;
    this.#progressing = true;
    try {
      while (!this.finished && this.#sendNext()) this.options.afterRead();
    } catch (error) {
      this.#bodyIsMissing(error);
    } finally {
      this.#progressing = false;
    }
  }

  /** A filter that needs a body that the recording lacks ends the stream, and nothing else. */
  #bodyIsMissing(error: unknown): void {
    if (!(error instanceof MissingBodyNeeded)) throw error;
    this.#clientLeaves(interruption(error));
  }

  /** What a filter asks for outside of its callbacks goes through the chain from there. */
  #guarded(callbacks: StreamCallbacks): StreamCallbacks {
    const direction = (of: DirectionCallbacks): DirectionCallbacks => ({
      ...of,
      continueIteration: () => {
        try {
          of.continueIteration();
        } catch (error) {
          this.#bodyIsMissing(error);
        }
      },
    });
    return { ...callbacks, decoder: direction(callbacks.decoder), encoder: direction(callbacks.encoder) };
  }

  /** The stream can't go on, or its last callback ended Envoy: that is its outcome, whatever was sent before. */
  abort(outcome: Outcome): void {
    this.#outcome = outcome;
  }

  /** Envoy closes the client's connection. */
  close(details: string): void {
    if (this.finished) return;
    this.#info.responseCodeDetails = details;
    this.#reset(details);
  }

  result(): ReplayResult {
    const reply = this.#manager.localReply;
    return {
      outcome: this.#outcome ?? { kind: "completed" },
      upstream: this.#upstream.message,
      response: this.#downstream.message,
      localReply:
        reply === null
          ? null
          : { statusCode: reply.statusCode, details: this.#info.responseCodeDetails ?? "", body: reply.body },
      responseCodeDetails: this.#info.responseCodeDetails,
      wire: new Wire(this.#upstream, this.#downstream),
    };
  }

  #sendNext(): boolean {
    if (this.#response === null && this.#upstreamCanAnswer())
      this.#response = this.#sendable(() => this.#sendResponse());
    if (this.#response !== null && !this.#manager.encoder.readingPaused && this.#response.sendNext()) {
      // By its length the response may be over for the client before it is for Envoy.
      if (this.#downstream.complete && !this.#manager.finished) this.#clientLeaves({ kind: "completed" });
      return true;
    }
    return !this.#manager.decoder.readingPaused && this.#request?.sendNext() === true;
  }

  /** Null: the protocol cannot say what was recorded, which is the stream's outcome. */
  #sendable(send: () => MessageSender): MessageSender | null {
    try {
      return send();
    } catch (error) {
      if (!(error instanceof SimulatorError)) throw error;
      this.#clientLeaves(interruption(error));
      return null;
    }
  }

  #sendRequest(): MessageSender {
    return http1Downstream.sendRequest(this.stream, this.options.bufferLimit, {
      headers: (headers, endStream) => {
        this.#requestStarted = true;
        this.#requestReceived = endStream;
        this.#manager.decoder.receiveHeaders(headers, endStream);
      },
      rejected: (rejection, endStream) => {
        this.#requestStarted = true;
        // Envoy does not wait for what may come after an upgrade or behind a head that it cannot read.
        this.#requestReceived = endStream && rejection.kind === "refused";
        this.#manager.decoder.keepHeaders(rejection.headers);
        this.#manager.sendLocalReply(rejection.reply);
      },
      continueExpected: () => this.#downstream.continue(),
      data: (data) => {
        this.#info.requestBodyBytes += data.length;
        this.#manager.decoder.receiveData(data, false);
      },
      end: (trailers) => {
        this.#requestReceived = true;
        if (trailers === null) this.#manager.decoder.receiveData(new BodyBuffer(), true);
        else this.#manager.decoder.receiveTrailers(new HeaderMap("request trailers", trailers));
      },
    });
  }

  /** The upstream answers as soon as it has the whole request. */
  #upstreamCanAnswer(): boolean {
    const hasRequest = this.#upstream.complete || this.#upstream.endedWithoutBody;
    return hasRequest && this.stream.response !== null;
  }

  #sendResponse(): MessageSender {
    const requestMethod = firstValue(this.#upstream.message?.headers ?? [], ":method") ?? "GET";
    const { behaviour } = this.#info;
    return http1Upstream.sendResponse(
      this.stream,
      { requestMethod, behaviour },
      {
        headers: (status, headers, endStream) => {
          this.#info.responseCode = status;
          this.#info.responseCodeDetails = "via_upstream";
          this.#manager.encoder.receiveHeaders(headers, endStream);
        },
        rejected: (reply) => this.#manager.sendLocalReply(reply),
        // A piece may end the stream, and with it what reads the upstream.
        data: (data) => {
          if (!this.#manager.finished) this.#manager.encoder.receiveData(data, false);
        },
        end: (trailers) => {
          if (this.#manager.finished) return;
          if (trailers === null) this.#manager.encoder.receiveData(new BodyBuffer(), true);
          else this.#manager.encoder.receiveTrailers(new HeaderMap("response trailers", trailers));
        },
      },
    );
  }

  #route(headers: HeaderMap, endStream: boolean): void {
    const hasRoute = this.#routeCached || (headers.has(":path") && headers.has("x-forwarded-proto"));
    this.#routeCached = true;
    if (!hasRoute) {
      this.#manager.sendLocalReply(envoyReply(404, "", "route_not_found"));
      return;
    }
    setMissingScheme(headers);
    const problem = requestProblem(headers);
    if (problem !== null) {
      const details = `filter_removed_required_request_headers{${problem.replaceAll(" ", "_")}}`;
      this.#manager.sendLocalReply(envoyReply(503, problem, details));
      return;
    }
    this.#info.upstreamAttempts += 1;
    this.#upstream.headers(headers, endStream);
  }

  #respond(headers: HeaderMap, endStream: boolean): void {
    this.#info.responseCode = Number(headers.get(":status"));
    finishResponseHeaders(headers, {
      behaviour: this.#info.behaviour,
      date: () => httpDate(this.options.clock.wallNanoseconds()),
      close: !this.#requestReceived || this.#manager.localReply?.statusCode === 400,
    });
    this.#downstream.headers(headers, endStream);
    if (endStream) this.#complete();
  }

  #complete(): void {
    this.#outcome ??=
      this.#downstream.complete || this.#downstream.endedWithoutBody
        ? { kind: "completed" }
        : { kind: "stalled", explanation: this.#downstream.broken ? unreadableResponse : shortResponse };
    this.#manager.finish();
  }

  #reset(details: string): void {
    this.#outcome ??= {
      kind: "reset",
      explanation: `The client's connection was cut: ${details}.`,
    };
    this.#manager.finish();
  }

  /** Nothing will move the stream any more: the client has waited long enough. */
  clientGivesUp(): boolean {
    if (this.finished) return false;
    const explanation = explainStall({
      decoder: this.#manager.decoder,
      encoder: this.#manager.encoder,
      needOption: this.options.needOption,
      pendingCallouts: this.options.pendingCallouts(),
      hasResponse: this.stream.response !== null,
      upstreamAnswered: this.#response !== null,
      upstreamStarted: this.#upstream.message !== null,
      upstreamBroken: this.#upstream.broken,
    });
    this.#clientLeaves({ kind: "stalled", explanation });
    return false;
  }

  /** The client closes its connection; Envoy ends a stream that it has begun. */
  #clientLeaves(outcome: Outcome): void {
    this.#outcome ??= outcome;
    if (!this.#requestStarted) return;
    this.#info.responseCodeDetails = "downstream_remote_disconnect";
    try {
      this.#manager.finish();
    } catch (error) {
      this.#outcome = interruption(error);
    }
  }
}

/** What left Envoy on both sides, encoded when somebody looks at it. */
class Wire implements WireBytes {
  constructor(
    private readonly toUpstream: MessageRecorder,
    private readonly toClient: MessageRecorder,
  ) {}

  get upstream(): Uint8Array {
    return this.toUpstream.bytes;
  }

  get downstream(): Uint8Array {
    return this.toClient.bytes;
  }
}

function unmodelledOrder(stream: RecordedStream): SimulatorError {
  return new SimulatorError(
    "ERR_UNSENDABLE_STREAM",
    `${stream.source} has an order, which the simulator does not follow yet.`,
    "Leave the order out, or run this stream in a real Envoy.",
  );
}

const shortResponse =
  "The client still waits for the rest of the response: its body is shorter than content-length says. A filter that changes a body must remove content-length in the headers callback.";

const unreadableResponse =
  "The client cannot read the response: a filter gave it a header whose name or value is none in HTTP/1.1, and Envoy checks responses less than requests.";
