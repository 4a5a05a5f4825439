import { firstValue } from "../byte-string.js";
import type { Clock } from "../envoy/clock.js";
import type { RecordedStream, StreamStep } from "../recording/recorded-stream.js";
import type { EnvoyBehaviour } from "../envoy-versions.js";
import { SimulatorError } from "../errors.js";
import type { ClientSide, RequestReceiver } from "./client-side.js";
import type { ReceivedMessage, RequestTraits } from "./codec.js";
import type { ConnectionManagerOptions } from "./connection-manager.js";
import {
  dropHopByHop,
  finishResponseHeaders,
  httpDate,
  startRequestHeaders,
} from "./connection-manager-headers.js";
import { DateFilter } from "./date-filter.js";
import { interruption, MissingBodyNeeded } from "./exchange-signals.js";
import type { Exchange, Outcome, WireBytes } from "./exchange.js";
import { FilterManager, type FilterChain } from "./filter-manager.js";
import { HeaderMap } from "./header-map.js";
import { Http1ClientSide, Http1UpstreamSide } from "./http1/index.js";
import { Http2ClientSide } from "./http2/client.js";
import { Http2UpstreamSide } from "./http2/upstream.js";
import { interimStatus, isPassedOn } from "./interim.js";
import { envoyReply } from "./local-reply.js";
import { ResponseFlag } from "./response-flags.js";
import { type ClusterFailure, routeRequest } from "./router.js";
import type { RouteTable } from "./route/route-table.js";
import type { RouteAction } from "./route/virtual-host.js";
import { explainStall } from "./stall.js";
import type { FinalMaps } from "./stream-filter.js";
import { asksForUpgrade } from "../recording/tunnel.js";
import { orderOf } from "./upgrade.js";
import type { StreamInfo } from "./stream-info.js";
import { type Schedule, StreamTimer } from "./stream-timeouts.js";
import {
  connectionRefused,
  resetDetails,
  resetText,
  upstreamBroke,
  type UpstreamReset,
} from "./upstream-reset.js";
import type { ResponseReceiver, UpstreamSide } from "./upstream-side.js";

/** How long a step of the upstream waits for the request that it answers, in simulated milliseconds. */
const requestWaitMs = 500;

/** What the streams of a thread have in common. */
export interface StreamEnvironment {
  readonly worker: StreamWorker;
  readonly behaviour: EnvoyBehaviour;
  readonly bufferLimit: number;
  readonly connectionManager: Required<ConnectionManagerOptions>;
  readonly upstreamProtocol: "HTTP/1.1" | "HTTP/2";
  readonly routes: RouteTable;
  readonly clusterFailure: (cluster: string) => ClusterFailure | null;
  readonly clock: Clock;
  readonly schedule: Schedule;
  /** The client's address without its port; asked for only where Envoy tells it. */
  readonly clientAddress: (given: StreamInfo["givenProperties"]) => string;
  readonly requestId: () => string;
  /** Lets happen what was posted to happen after the last read. */
  readonly afterRead: () => void;
  /** Clusters that have not answered a callout. */
  readonly pendingCallouts: () => readonly string[];
  /** Names of plugins that would work if `allow_on_headers_stop_iteration` were on. */
  readonly needOption: () => readonly string[];
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

/** One recorded stream on its way through Envoy: the client's pieces in, the upstream's answer back. */
export class StreamReplay {
  readonly #client: ClientSide;
  readonly #upstream: UpstreamSide;
  /** Made with the request: one that the codec of HTTP/2 refuses gets no filters. */
  #createdManager: FilterManager | null = null;
  readonly #info: StreamInfo;
  readonly #answersHead: boolean;
  readonly #order: readonly StreamStep[] | undefined;
  #progressing = false;
  /** The order's next step, and pieces that steps have let go while Envoy did not read. */
  #step = 0;
  #owed = { request: 0, response: 0 };
  #waits = false;
  #requestWaited = false;
  /** What Envoy knows of the request: its headers, and that nothing more comes. */
  #requestStarted = false;
  #requestReceived = false;
  #clientCloses = false;
  #clientLeft = false;
  #interimPassed = false;
  #routeCached = true;
  #action: RouteAction | null = null;
  /** When the upstream had the whole request, in nanoseconds of the clock. */
  #requestSentAt: bigint | null = null;
  #outcome: Outcome | null = null;

  readonly #idle: StreamTimer | null;
  #routeIdle: StreamTimer | null = null;
  readonly #requestTimer: StreamTimer | null;
  readonly #durationTimer: StreamTimer | null;
  #responseTimer: StreamTimer | null = null;
  #tryTimer: StreamTimer | null = null;

  constructor(
    private readonly stream: RecordedStream,
    private readonly options: StreamEnvironment,
    { connectionId, givenProperties }: Pick<StreamInfo, "connectionId" | "givenProperties">,
  ) {
    const { connectionManager } = options;
    this.#order = orderOf(stream);
    this.#answersHead = firstValue(stream.request.headers, ":method") === "HEAD";
    this.#info = {
      connectionId,
      behaviour: options.behaviour,
      givenProperties,
      protocol: stream.protocol,
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
    const trailersEnabled = connectionManager.enableTrailers;
    this.#client = this.#createClient();
    // Over HTTP/1.1 even a request that is none gets a stream.
    if (stream.protocol === "HTTP/1.1") this.#createdManager = this.#createManager();
    this.#upstream =
      options.upstreamProtocol === "HTTP/2"
        ? new Http2UpstreamSide(stream, this.#responseReceiver(), options.behaviour)
        : new Http1UpstreamSide(stream, this.#responseReceiver(), {
            trailersEnabled,
            keepAliveShown:
              stream.protocol === "HTTP/2" || !options.behaviour.has("keep-alive-dropped-by-codec"),
          });
    const { streamIdleTimeoutMs, requestTimeoutMs, maxStreamDurationMs } = connectionManager;
    this.#idle = this.#timer(streamIdleTimeoutMs, "idle");
    this.#requestTimer = this.#timer(requestTimeoutMs, "request");
    this.#durationTimer = this.#timer(maxStreamDurationMs, "duration");
  }

  /** Null: it would never run out. */
  #timer(delayMs: number, kind: "idle" | "request" | "duration"): StreamTimer | null {
    if (delayMs === Infinity) return null;
    return new StreamTimer(this.options.schedule, delayMs, () => {
      if (kind === "idle") this.#idleTooLong();
      else if (kind === "request") this.#timeout("request timeout", "request_overall_timeout");
      else this.#timeout("downstream duration timeout", "max_duration_timeout");
    });
  }

  get #manager(): FilterManager {
    return (this.#createdManager ??= this.#createManager());
  }

  /** Nothing more happens to the stream. */
  get finished(): boolean {
    return this.#outcome !== null || this.#createdManager?.finished === true;
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

  /** The stream can't go on, or its last callback ended Envoy: that is its outcome, whatever was sent before. */
  abort(outcome: Outcome): void {
    this.#outcome = outcome;
    this.#stopTimers();
  }

  /** Envoy closes the client's connection. */
  close(details: string): void {
    if (this.finished) return;
    this.#info.responseCodeDetails = details;
    this.#reset(details);
  }

  result(): ReplayResult {
    const reply = this.#createdManager?.localReply ?? null;
    return {
      outcome: this.#outcome ?? { kind: "completed" },
      upstream: this.#upstream.got.message,
      response: this.#client.got.message,
      localReply:
        reply === null
          ? null
          : {
              statusCode: reply.statusCode,
              details: this.#info.responseCodeDetails ?? "",
              body: reply.body,
            },
      responseCodeDetails: this.#info.responseCodeDetails,
      wire: new Wire(this.#upstream.got, this.#client.got),
    };
  }

  /** Nothing will move the stream any more: the client has waited long enough. */
  clientGivesUp(): boolean {
    if (this.finished) return false;
    const explanation = explainStall({
      decoder: this.#manager.decoder,
      encoder: this.#manager.encoder,
      needOption: this.options.needOption(),
      pendingCallouts: this.options.pendingCallouts(),
      hasResponse: this.stream.response !== null,
      upstreamAnswered: this.#upstream.answered,
      upstreamStarted: this.#upstream.started,
      upstreamBroken: this.#upstream.broken,
    });
    this.#clientLeaves({ kind: "stalled", explanation });
    return false;
  }

  /** What the protocol cannot say is the stream's outcome. */
  #createClient(): ClientSide {
    const { stream, options } = this;
    const { enableTrailers, maxRequestHeadersKb, upgradeTypes } = options.connectionManager;
    const maximumHeaderBytes = maxRequestHeadersKb * 1024;
    try {
      return stream.protocol === "HTTP/2"
        ? new Http2ClientSide(stream, this.#requestReceiver(), maximumHeaderBytes, options.behaviour)
        : new Http1ClientSide(stream, this.#requestReceiver(), {
            readLimit: options.bufferLimit,
            trailersEnabled: enableTrailers,
            maximumHeaderBytes,
            upgradeTypes,
          });
    } catch (error) {
      if (!(error instanceof SimulatorError)) throw error;
      this.#outcome = interruption(error);
      return silentClient;
    }
  }

  #createManager(): FilterManager {
    const { options } = this;
    const { fixDate, initialStreamWindowSize } = options.connectionManager;
    const chain = options.worker.filterChain(() => this.#info);
    const before = fixDate ? [new DateFilter()] : [];
    return new FilterManager(
      (callbacks) => [...before, ...chain((index) => callbacks(index + before.length))],
      this.#info,
      {
        router: {
          headers: (headers, endStream) => this.#route(headers, endStream),
          data: (data, endStream) => {
            this.#upstream.data(data, endStream);
            if (endStream) this.#requestSent();
          },
          trailers: (trailers) => {
            this.#upstream.trailers(trailers);
            this.#requestSent();
          },
        },
        codec: {
          headers: (headers, endStream) => this.#respond(headers, endStream),
          data: (data, endStream) => {
            this.#info.responseBodyBytes += data.length;
            this.#client.data(data, endStream);
            if (endStream) this.#complete();
          },
          trailers: (trailers) => {
            this.#client.trailers(trailers);
            this.#complete();
          },
        },
        reset: (details) => this.#reset(details),
        routeCacheCleared: () => (this.#routeCached = false),
        failedOutside: (error) => this.#bodyIsMissing(error),
        accessLog: (maps) => options.worker.accessLog(this.#info, maps),
      },
      () => this.#answersHead,
      this.stream.protocol === "HTTP/2" ? initialStreamWindowSize : options.bufferLimit,
    );
  }

  #sendNext(): boolean {
    if (this.#sendOwed()) return true;
    if (this.#waits) return false;
    const step = this.#order?.[this.#step];
    if (step !== undefined) return this.#play(step);
    if (this.#upstream.hasWholeRequest && this.#sendResponse()) return true;
    return this.#sendRequest() || this.#closeTunnel();
  }

  #closeTunnel(): boolean {
    if (!this.#upstream.closeTunnel()) return false;
    this.#upstreamBreaksOff();
    return true;
  }

  #sendRequest(): boolean {
    return (
      !this.#clientLeft && this.#createdManager?.decoder.readingPaused !== true && this.#client.sendNext()
    );
  }

  #sendResponse(): boolean {
    if (this.#manager.encoder.readingPaused || !this.#upstreamSends()) return false;
    // By its length the response may be over for the client before it is for Envoy.
    if (this.#client.complete && !this.#manager.finished) this.#clientLeaves({ kind: "completed" });
    return true;
  }

  /** What the protocol cannot say is the stream's outcome. */
  #upstreamSends(): boolean {
    try {
      return this.#upstream.sendNext();
    } catch (error) {
      if (!(error instanceof SimulatorError)) throw error;
      this.#clientLeaves(interruption(error));
      return false;
    }
  }

  /** What steps have let go waits in its socket while Envoy does not read. */
  #sendOwed(): boolean {
    if (this.#owed.response > 0 && this.#sendResponse()) {
      this.#owed.response--;
      return true;
    }
    if (this.#owed.request > 0 && this.#sendRequest()) {
      this.#owed.request--;
      return true;
    }
    return false;
  }

  #play(step: StreamStep): boolean {
    if (step === "request") {
      this.#step++;
      this.#owed.request++;
      return true;
    }
    if (typeof step === "object" && "wait" in step) {
      this.#step++;
      this.#wait(step.wait);
      return true;
    }
    if (step !== "response" && step.reset === "client") {
      this.#step++;
      this.#clientBreaksOff();
      return true;
    }
    // Both other steps are the upstream's, which first needs a request.
    if (!this.#upstream.started && !this.#requestWaited) {
      this.#requestWaited = true;
      this.#wait(requestWaitMs);
      return true;
    }
    this.#step++;
    if (!this.#upstream.started) return true;
    if (step === "response") this.#owed.response++;
    else this.#upstreamBreaksOff();
    return true;
  }

  #wait(milliseconds: number): void {
    this.#waits = true;
    this.options.schedule(milliseconds, () => (this.#waits = false));
  }

  #clientBreaksOff(): void {
    const isHttp2 = this.stream.protocol === "HTTP/2";
    this.#info.responseFlags |= isHttp2
      ? ResponseFlag.DownstreamRemoteReset
      : ResponseFlag.DownstreamConnectionTermination;
    this.#end(
      { kind: "reset", explanation: "The client broke the stream off." },
      isHttp2 ? "http2.remote_reset" : "downstream_remote_disconnect",
    );
  }

  #upstreamBreaksOff(): void {
    if (this.#upstream.responseComplete) return;
    this.#upstream.breakOff();
    this.#loseUpstream(upstreamBroke(this.#upstream));
  }

  #loseUpstream(reset: UpstreamReset): void {
    if (this.finished) return;
    this.#stopUpstreamTimers();
    const answered = this.#upstream.answered;
    this.#info.responseFlags |= reset.flags;
    this.#manager.sendLocalReply(
      envoyReply(reset.statusCode, resetText(reset, this.#info.behaviour), resetDetails(reset, answered)),
    );
  }

  #requestReceiver(): RequestReceiver {
    return {
      headers: (headers, endStream, traits) => this.#receiveRequest(headers, endStream, traits),
      rejected: (reply, headers, flags, complete) => {
        this.#requestStarted = true;
        this.#requestReceived = complete;
        this.#info.responseFlags |= flags;
        this.#selectRoute(headers);
        this.#manager.decoder.keepHeaders(headers);
        this.#manager.sendLocalReply(reply);
      },
      data: (data, endStream) => {
        this.#active();
        this.#info.requestBodyBytes += data.length;
        this.#requestReceived ||= endStream;
        if (endStream) this.#requestTimer?.stop();
        this.#manager.decoder.receiveData(data, endStream);
      },
      trailers: (trailers) => {
        this.#active();
        this.#requestReceived = true;
        this.#requestTimer?.stop();
        this.#manager.decoder.receiveTrailers(trailers);
      },
      malformed: (details, flags) => {
        this.#info.responseFlags |= flags;
        this.#end({ kind: "reset", explanation: `Envoy broke the stream off: ${details}.` }, details);
      },
      refused: (explanation) => {
        this.#outcome = { kind: "reset", explanation };
      },
    };
  }

  #receiveRequest(headers: HeaderMap, endStream: boolean, traits: RequestTraits): void {
    const { options } = this;
    const { connectionManager } = options;
    this.#requestStarted = true;
    this.#requestReceived = endStream;
    this.#clientCloses = traits.closes;
    if (traits.expectsContinue && !connectionManager.proxy100Continue) {
      headers.remove("expect");
      this.#client.interim(new HeaderMap("response headers", [[":status", "100"]]));
      this.#info.responseCode = 100;
    }
    startRequestHeaders(headers, connectionManager, {
      clientAddress: () => options.clientAddress(this.#info.givenProperties),
      requestId: options.requestId,
    });
    this.#selectRoute(headers);
    this.#durationTimer?.start();
    this.#requestTimer?.start();
    const idleTimeoutMs = this.#info.route?.route.route?.idleTimeoutMs;
    if (idleTimeoutMs !== undefined)
      this.#routeIdle = new StreamTimer(options.schedule, idleTimeoutMs, () => this.#idleTooLong());
    this.#active();
    this.#manager.decoder.receiveHeaders(headers, endStream);
    if (endStream && this.#manager.decoder.holder === null) this.#requestTimer?.stop();
  }

  #selectRoute(headers: HeaderMap): void {
    const selected = this.options.routes.select(headers);
    this.#info.route = selected;
    this.#info.clusterName = selected?.route.route?.cluster ?? null;
  }

  #responseReceiver(): ResponseReceiver {
    const received = (receive: () => void) => {
      if (this.#manager.finished) return;
      this.#active();
      if (this.#upstream.responseComplete) this.#stopUpstreamTimers();
      receive();
    };
    return {
      interim: (headers) => received(() => this.#passOn(headers)),
      headers: (headers, endStream) =>
        received(() => {
          this.#tryTimer?.stop();
          this.#info.responseCode = Number(headers.get(":status"));
          this.#info.responseCodeDetails = "via_upstream";
          this.#tellServiceTime(headers);
          this.#manager.encoder.receiveHeaders(headers, endStream);
        }),
      handshakeFailed: (headers) =>
        received(() => {
          this.#tryTimer?.stop();
          headers.remove("content-length");
          this.#info.responseCode = Number(headers.get(":status"));
          this.#info.responseCodeDetails = "websocket_handshake_unsuccessful";
          this.#manager.encoder.receiveHeaders(headers, true);
        }),
      data: (data, endStream) => received(() => this.#manager.encoder.receiveData(data, endStream)),
      trailers: (trailers) => received(() => this.#manager.encoder.receiveTrailers(trailers)),
      lost: (reset) => this.#loseUpstream(reset),
    };
  }

  /** No filter sees it; the client gets the first that Envoy knows. */
  #passOn(headers: HeaderMap): void {
    if (!this.options.connectionManager.proxy100Continue || this.#interimPassed) return;
    if (!isPassedOn(headers.pairs)) return;
    this.#interimPassed = true;
    dropHopByHop(headers);
    this.#info.responseCode = interimStatus(headers.pairs);
    this.#client.interim(headers);
  }

  #tellServiceTime(headers: HeaderMap): void {
    if (this.options.connectionManager.suppressEnvoyHeaders || this.#requestSentAt === null) return;
    const passed = this.options.clock.wallNanoseconds() - this.#requestSentAt;
    headers.setInPlace("x-envoy-upstream-service-time", String(passed / 1_000_000n));
  }

  #route(headers: HeaderMap, endStream: boolean): void {
    const { connectionManager, clusterFailure, schedule } = this.options;
    if (!this.#routeCached) this.#selectRoute(headers);
    this.#routeCached = true;
    const decision = routeRequest(headers, this.#info.route, {
      suppressEnvoyHeaders: connectionManager.suppressEnvoyHeaders,
      failureOf: clusterFailure,
    });
    if (decision.kind === "reply") {
      this.#info.responseFlags |= decision.flags;
      this.#manager.sendLocalReply(decision.reply);
      return;
    }
    this.#action = decision.action;
    if (decision.failure !== null) {
      schedule(0, () => this.#loseUpstream(connectionRefused));
      this.#upstream.breakOff();
      return;
    }
    this.#info.upstreamAttempts += 1;
    this.#upstream.headers(headers, endStream);
    if (endStream) this.#requestSent();
  }

  /** The upstream has the whole request: now its time runs. */
  #requestSent(): void {
    this.#requestSentAt = this.options.clock.wallNanoseconds();
    const { timeoutMs = 0, perTryTimeoutMs = 0 } = this.#action ?? {};
    const timer = (delayMs: number, details: string) => {
      const created = new StreamTimer(this.options.schedule, delayMs, () => this.#responseTooLate(details));
      created.start();
      return created;
    };
    if (timeoutMs > 0) this.#responseTimer = timer(timeoutMs, "response_timeout");
    if (perTryTimeoutMs > 0) this.#tryTimer = timer(perTryTimeoutMs, "upstream_per_try_timeout");
  }

  #responseTooLate(details: string): void {
    if (this.finished) return;
    this.#info.responseFlags |= ResponseFlag.UpstreamRequestTimeout;
    this.#stopUpstreamTimers();
    this.#manager.sendLocalReply(envoyReply(504, "upstream request timeout", details));
  }

  #idleTooLong(): void {
    this.#info.responseFlags |= ResponseFlag.StreamIdleTimeout;
    this.#timeout("stream timeout", "stream_idle_timeout");
  }

  /** Who has not sent the whole request is told that it was too slow. */
  #timeout(text: string, details: string): void {
    if (this.finished) return;
    this.#manager.sendLocalReply(envoyReply(this.#requestReceived ? 504 : 408, text, details));
  }

  /** Something happened: the idle timer starts anew. */
  #active(): void {
    (this.#routeIdle ?? this.#idle)?.start();
  }

  #stopUpstreamTimers(): void {
    this.#responseTimer?.stop();
    this.#tryTimer?.stop();
  }

  #stopTimers(): void {
    for (const timer of [this.#idle, this.#routeIdle, this.#requestTimer, this.#durationTimer]) timer?.stop();
    this.#stopUpstreamTimers();
  }

  #respond(headers: HeaderMap, endStream: boolean): void {
    this.#info.responseCode = Number(headers.get(":status"));
    finishResponseHeaders(headers, {
      behaviour: this.#info.behaviour,
      date: () => httpDate(this.options.clock.wallNanoseconds()),
      close: !this.#requestReceived || this.#clientCloses || this.#manager.localReply?.statusCode === 400,
      isUpgrade: asksForUpgrade(this.#manager.decoder.headers?.pairs ?? []),
      protocol: this.stream.protocol,
      requestId: () => this.#manager.decoder.headers?.get("x-request-id") ?? null,
      options: this.options.connectionManager,
    });
    this.#active();
    this.#client.headers(headers, endStream);
    if (endStream) this.#complete();
  }

  #complete(): void {
    this.#outcome ??= this.#client.complete
      ? { kind: "completed" }
      : { kind: "stalled", explanation: this.#client.broken ? unreadableResponse : shortResponse };
    const isNoGood = (this.#info.responseFlags & ResponseFlag.DownstreamProtocolError) !== 0;
    if (!this.#requestReceived) this.#client.brokenOff(isNoGood ? "request no good" : "request not needed");
    this.#finish();
  }

  #reset(details: string): void {
    this.#client.brokenOff("reset");
    // What was a tunnel is over with its connection.
    this.#outcome ??= this.#client.endsWithConnection
      ? { kind: "completed" }
      : { kind: "reset", explanation: `The client's stream was cut: ${details}.` };
    this.#finish();
  }

  /** The client closes its connection; Envoy ends a stream that it has begun. */
  #clientLeaves(outcome: Outcome): void {
    this.#info.responseFlags |= ResponseFlag.DownstreamConnectionTermination;
    this.#end(outcome, "downstream_remote_disconnect");
  }

  #end(outcome: Outcome, details: string): void {
    this.#outcome ??= outcome;
    this.#clientLeft = true;
    if (!this.#requestStarted) return;
    this.#info.responseCodeDetails = details;
    try {
      this.#finish();
    } catch (error) {
      this.#outcome = interruption(error);
    }
  }

  #finish(): void {
    this.#stopTimers();
    this.#upstream.brokenOff();
    this.#manager.finish();
  }
}

/** What left Envoy on both sides, encoded when somebody looks at it. */
class Wire implements WireBytes {
  constructor(
    private readonly toUpstream: ReceivedMessage,
    private readonly toClient: ReceivedMessage,
  ) {}

  get upstream(): Uint8Array {
    return this.toUpstream.bytes;
  }

  get downstream(): Uint8Array {
    return this.toClient.bytes;
  }
}

/** Stands where the client cannot say at all what was recorded. */
const silentClient: ClientSide = {
  sendNext: () => false,
  interim: () => undefined,
  headers: () => undefined,
  data: () => undefined,
  trailers: () => undefined,
  brokenOff: () => undefined,
  complete: false,
  endsWithConnection: false,
  broken: false,
  got: { message: null, bytes: new Uint8Array() },
};

const shortResponse =
  "The client still waits for the rest of the response: its body is shorter than content-length says. A filter that changes a body must remove content-length in the headers callback.";

const unreadableResponse =
  "The client cannot read the response: a filter gave it a header whose name or value is none in HTTP/1.1, and Envoy checks responses less than requests.";
