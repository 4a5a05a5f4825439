import { HeaderMapType, Status } from "../abi/enums.js";
import type { HttpCallRequest } from "../abi/host-context.js";
import { fromText, toBytes, type ByteString, type HeaderList } from "../byte-string.js";
import type { ScheduledEvent } from "../envoy/timeline.js";
import { HeaderMap } from "../http/header-map.js";
import type { CalloutOwner } from "./callout-owner.js";
import type { Cluster } from "./clusters.js";
import { unreachableText, upstreamTexts } from "./envoy-texts.js";
import type {
  HeaderFields,
  HttpCalloutAnswer,
  HttpCalloutFailure,
  HttpCalloutRequest,
  HttpCalloutResponse,
} from "./http-upstream.js";
import { TokenKind } from "./tokens.js";

/** One callout and what has become of it so far. */
export interface HttpCallout {
  readonly kind: "http";
  readonly plugin: string;
  readonly thread: string;
  /** The number the filter got, 0 when it got none. */
  readonly token: number;
  readonly request: HttpCalloutRequest;
  /** Neither the recording nor `clusters` has an answer: what the filter gets is Envoy's word for that. */
  readonly unhandled: boolean;
  outcome: HttpCalloutOutcome;
}

export type HttpCalloutOutcome =
  | "pending"
  | "answered"
  | "timeout"
  | "unreachable"
  | "disconnect"
  | "reset"
  /** Not dispatched: see the status of `proxy_http_call`. */
  | "unknown cluster"
  | "no healthy host"
  /** The plugin or its VM went before the answer came. */
  | "cancelled";

interface ReceivedResponse {
  readonly headers: HeaderMap;
  readonly body: Uint8Array;
  readonly trailers: HeaderMap | null;
}

const defaultDelayMs = 1;

/** The HTTP callouts of one plugin in one VM (abi.md 7.4). */
export class HttpCallouts {
  readonly #pending = new Map<
    number,
    { readonly callout: HttpCallout; readonly event: ScheduledEvent | null }
  >();
  #response: ReceivedResponse | null = null;

  constructor(
    private readonly owner: CalloutOwner,
    private readonly record: (callout: HttpCallout) => void,
  ) {}

  /** Map 6 or 7 during the callback. */
  map(type: HeaderMapType): HeaderMap | null {
    switch (type) {
      case HeaderMapType.HttpCallResponseHeaders:
        return this.#response?.headers ?? null;
      case HeaderMapType.HttpCallResponseTrailers:
        return this.#response?.trailers ?? null;
      default:
        return null;
    }
  }

  /** Buffer 4 during the callback. */
  get body(): Uint8Array | null {
    return this.#response?.body ?? null;
  }

  dispatch(call: HttpCallRequest): { readonly status: Status; readonly token: number } {
    const refused = (status: Status) => ({ status, token: 0 });
    if (call.timeoutMs < 0) return refused(Status.BadArgument);
    const cluster = this.owner.clusters.find(call.cluster);
    const headers = new HeaderMap("request headers", call.headers);
    const isComplete = [":path", ":method", ":authority"].every((name) => headers.has(name));
    const request = upstreamRequest(call, headers);
    if (cluster === null) this.#record(0, request, "unknown cluster", true);
    if (cluster === null || !isComplete) return refused(Status.BadArgument);
    const token = this.owner.tokens.next(TokenKind.HttpCall);
    const scripted = this.#answer(cluster, request);
    const answer = scripted === "unhandled" ? ({ failure: "disconnect" } as const) : scripted;
    if (answer !== null && "failure" in answer && answer.failure === "no healthy host") {
      this.#record(0, request, "no healthy host");
      return refused(Status.InternalFailure);
    }
    if (answer === null) {
      this.#record(token, request, "cancelled");
      return { status: Status.Ok, token };
    }
    this.#send(token, request, answer, scripted === "unhandled");
    return { status: Status.Ok, token };
  }

  /** Null for the canary, which no function answers. */
  #answer(
    { http }: Cluster,
    request: HttpCalloutRequest,
  ): HttpCalloutResponse | HttpCalloutFailure | "unhandled" | null {
    const recorded = this.owner.isCanary ? null : this.owner.clusters.recorded.http(request);
    if (recorded !== null) return recorded;
    if (http === null) {
      this.owner.clusters.warnUnscripted(request.cluster, "HTTP");
      return "unhandled";
    }
    if (typeof http !== "function") {
      const answer = expand(http);
      const isDead = "failure" in answer && answer.failure === "no healthy host";
      return this.owner.isCanary && !isDead ? null : answer;
    }
    return this.owner.isCanary ? null : expand(http(request));
  }

  /** Calls die with their root context. */
  cancelAll(): void {
    for (const { callout, event } of this.#pending.values()) {
      callout.outcome = "cancelled";
      event?.cancel();
    }
    this.#pending.clear();
  }

  #send(
    token: number,
    request: HttpCalloutRequest,
    answer: HttpCalloutResponse | HttpCalloutFailure,
    unhandled: boolean,
  ): void {
    const callout = this.#record(token, request, "pending", unhandled);
    const delay = answer.delayMs ?? defaultDelayMs;
    const neverAnswered = ("failure" in answer && answer.failure === "timeout") || !isWhole(request);
    const timesOut = request.timeoutMs > 0 && (neverAnswered || delay > request.timeoutMs);
    let event: ScheduledEvent | null = null;
    if (timesOut) {
      event = this.owner.dispatcher.schedule("callout", request.timeoutMs, () =>
        this.#receive(callout, "timeout", localReply(504, upstreamTexts.timeout)),
      );
    } else if (!neverAnswered) {
      event = this.owner.dispatcher.schedule("callout", delay, () => this.#finish(callout, answer));
    }
    this.#pending.set(token, { callout, event });
  }

  #finish(callout: HttpCallout, answer: HttpCalloutResponse | HttpCalloutFailure): void {
    if (!("failure" in answer)) {
      const response = received(answer);
      // Envoy's own header about the upstream, in whole milliseconds.
      response.headers.setInPlace(
        "x-envoy-upstream-service-time",
        String(Math.floor(answer.delayMs ?? defaultDelayMs)),
      );
      return this.#receive(callout, "answered", response);
    }
    if (answer.failure === "disconnect")
      return this.#receive(callout, "disconnect", localReply(503, upstreamTexts.disconnect));
    if (answer.failure === "unreachable")
      return this.#receive(callout, "unreachable", localReply(503, unreachableText(this.owner.behaviour)));
    this.#pending.delete(callout.token);
    callout.outcome = "reset";
    this.owner.setStatus(Status.BrokenConnection, "reset");
    // The code stays, the text does not.
    const over = () => this.owner.setStatus(Status.BrokenConnection, "");
    this.owner.deliver("proxy_on_http_call_response", [callout.token, 0, 0, 0], over);
  }

  #receive(callout: HttpCallout, outcome: HttpCalloutOutcome, response: ReceivedResponse): void {
    this.#pending.delete(callout.token);
    callout.outcome = outcome;
    this.#response = response;
    const sizes = [response.headers.size, response.body.length, response.trailers?.size ?? 0];
    this.owner.deliver(
      "proxy_on_http_call_response",
      [callout.token, ...sizes],
      () => (this.#response = null),
    );
  }

  #record(
    token: number,
    request: HttpCalloutRequest,
    outcome: HttpCalloutOutcome,
    unhandled = false,
  ): HttpCallout {
    const { plugin, thread } = this.owner;
    const callout: HttpCallout = { kind: "http", plugin, thread, token, request, unhandled, outcome };
    this.record(callout);
    return callout;
  }
}

/** What Envoy makes of the filter's headers: its own at the end, and the length of a body. Trailers it never sends (abi.md D.19, G). */
function upstreamRequest(call: HttpCallRequest, headers: HeaderMap): HttpCalloutRequest {
  headers.remove(":scheme");
  if (call.body.length > 0) headers.setInPlace("content-length", String(call.body.length));
  headers.setInPlace("x-envoy-internal", "true");
  if (call.timeoutMs > 0) headers.setInPlace("x-envoy-expected-rq-timeout-ms", String(call.timeoutMs));
  return {
    cluster: call.cluster,
    headers: headers.pairs,
    body: call.body,
    trailers: null,
    timeoutMs: call.timeoutMs,
  };
}

/** Copying the headers of a request with a body leaves a length that no body follows: the upstream waits (abi.md D.20). */
function isWhole({ headers, body }: HttpCalloutRequest): boolean {
  const announced = headers.find(([name]) => name === "content-length")?.[1];
  return announced === undefined || Number(announced) === body.length;
}

function expand(answer: HttpCalloutAnswer): HttpCalloutResponse | HttpCalloutFailure {
  return typeof answer === "string" ? { failure: answer } : answer;
}

function received(answer: HttpCalloutResponse): ReceivedResponse {
  const { status = 200, headers = [], body = "", trailers } = answer;
  return {
    headers: new HeaderMap("response headers", [[":status", String(status)], ...pairsOf(headers)]),
    body: typeof body === "string" ? toBytes(fromText(body)) : body,
    trailers: trailers === undefined ? null : new HeaderMap("response trailers", pairsOf(trailers)),
  };
}

export function pairsOf(fields: HeaderFields): HeaderList {
  const isList = (value: HeaderFields): value is HeaderList => Array.isArray(value);
  if (isList(fields)) return fields;
  return Object.entries(fields).map(([name, value]) => [fromText(name), fromText(value)]);
}

/** What Envoy answers in the upstream's place. */
function localReply(status: number, text: ByteString): ReceivedResponse {
  return received({
    status,
    headers: [
      ["content-length", String(text.length)],
      ["content-type", "text/plain"],
    ],
    body: toBytes(text),
  });
}
