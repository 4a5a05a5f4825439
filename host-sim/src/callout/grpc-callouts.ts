import { Status, type HeaderMapType } from "../abi/enums.js";
import {
  answer,
  refuse,
  type Answer,
  type GrpcCallRequest,
  type GrpcStreamRequest,
} from "../abi/host-context.js";
import type { ByteString, HeaderList } from "../byte-string.js";
import type { BodyBuffer } from "../http/body-buffer.js";
import type { HeaderMap } from "../http/header-map.js";
import type { CalloutOwner } from "./callout-owner.js";
import type { Cluster } from "./clusters.js";
import { unreachableText, upstreamDetails, upstreamTexts } from "./envoy-texts.js";
import { GrpcDelivery } from "./grpc-delivery.js";
import { grpcRequestHeaders } from "./grpc-request-headers.js";
import { ScriptedServerCall, type GrpcResponseEvents } from "./grpc-server-call.js";
import { GrpcStatus, grpcStatusOf, withDetails } from "./grpc-status.js";
import { grpcTarget } from "./grpc-target.js";
import type { GrpcReply } from "./grpc-upstream.js";
import type { HttpCalloutFailure, HttpFailureKind } from "./http-upstream.js";
import { TokenKind, tokenKind } from "./tokens.js";

/** One gRPC callout and what has become of it so far. */
export interface GrpcCallout {
  readonly kind: "call" | "stream";
  readonly plugin: string;
  readonly thread: string;
  /** The number of the callout, also when the filter did not get it; 0 when there was none. */
  readonly token: number;
  readonly cluster: string;
  readonly path: string;
  /** As the upstream gets them. */
  readonly headers: HeaderList;
  /** What the filter sent. */
  readonly messages: readonly Uint8Array[];
  readonly timeoutMs: number;
  /** The filter has sent its last message. */
  readonly halfClosed: boolean;
  /** Neither the recording nor `clusters` has an answer: what the filter gets is Envoy's word for that, or status 12. */
  readonly unhandled: boolean;
  readonly outcome:
    | "pending"
    | "closed"
    | "cancelled"
    /** Not dispatched: named by a name that Envoy does not know, see the status of the call. */
    | "unknown cluster";
  /** The final gRPC status of a closed one. */
  readonly status: number | null;
}

/** A call or stream between its dispatch and its end. */
interface Pending {
  readonly callout: { -readonly [Key in keyof GrpcCallout]: GrpcCallout[Key] };
  readonly sent: Uint8Array[];
  server: ScriptedServerCall | null;
  /** Of a unary call: the last message so far. */
  message: Uint8Array | null;
  headersReceived: boolean;
  /** The filter has called `proxy_grpc_close` on a stream. */
  localClosed: boolean;
  remoteClosed: boolean;
}

/** The gRPC callouts of one plugin in one VM (abi.md 7.5, E.1). */
export class GrpcCallouts {
  readonly #pending = new Map<number, Pending>();
  readonly #delivery: GrpcDelivery;

  constructor(
    private readonly owner: CalloutOwner,
    private readonly record: (callout: GrpcCallout) => void,
  ) {
    this.#delivery = new GrpcDelivery(owner);
  }

  /** Map 4 or 5 during its callback. */
  map(type: HeaderMapType): HeaderMap | null {
    return this.#delivery.map(type);
  }

  /** Buffer 5 during its callback. */
  get message(): BodyBuffer | null {
    return this.#delivery.buffer;
  }

  call(request: GrpcCallRequest): Answer<number> {
    return this.#dispatch("call", request, request.message, request.timeoutMs);
  }

  stream(request: GrpcStreamRequest): Answer<number> {
    return this.#dispatch("stream", request, null, 0);
  }

  send(token: number, message: Uint8Array, endOfStream: boolean): Status {
    if (tokenKind(token) !== TokenKind.GrpcStream) return Status.BadArgument;
    const pending = this.#pending.get(token);
    if (pending === undefined) return Status.NotFound;
    // After its end a stream takes messages and loses them.
    if (pending.callout.halfClosed || pending.remoteClosed) return Status.Ok;
    pending.sent.push(message);
    pending.server?.onMessage?.(message);
    if (endOfStream) this.#halfClose(pending);
    return Status.Ok;
  }

  close(token: number): Status {
    return this.#end(token, (pending) => {
      if (pending.callout.kind === "call") return this.#cancel(token, pending);
      if (pending.remoteClosed) this.#pending.delete(token);
      else {
        pending.localClosed = true;
        this.#halfClose(pending);
      }
    });
  }

  cancel(token: number): Status {
    return this.#end(token, (pending) => this.#cancel(token, pending));
  }

  #end(token: number, end: (pending: Pending) => void): Status {
    const kind = tokenKind(token);
    if (kind === null || kind === TokenKind.HttpCall) return Status.BadArgument;
    const pending = this.#pending.get(token);
    if (pending === undefined) return Status.NotFound;
    end(pending);
    return Status.Ok;
  }

  /** Calls die with their root context. */
  cancelAll(): void {
    for (const [token, pending] of this.#pending) this.#cancel(token, pending);
  }

  #cancel(token: number, pending: Pending): void {
    this.#pending.delete(token);
    if (pending.remoteClosed) return;
    pending.callout.outcome = "cancelled";
    pending.server?.cancelled();
  }

  #halfClose({ callout, server }: Pending): void {
    if (callout.halfClosed) return;
    callout.halfClosed = true;
    if (server !== null) server.requestComplete = true;
    server?.onHalfClose?.();
  }

  #dispatch(
    kind: "call" | "stream",
    request: GrpcStreamRequest,
    message: Uint8Array | null,
    timeoutMs: number,
  ): Answer<number> {
    const target = grpcTarget(request.target);
    const cluster = this.owner.clusters.find(target.cluster);
    const path = `/${request.service}/${request.method}`;
    const sent = message === null ? [] : [message];
    const callout: GrpcCallout = {
      kind,
      plugin: this.owner.plugin,
      thread: this.owner.thread,
      token: 0,
      cluster: target.cluster,
      path,
      headers: grpcRequestHeaders({
        cluster: target.cluster,
        path,
        kind,
        metadata: request.metadata,
        timeoutMs,
      }),
      messages: sent,
      timeoutMs,
      halfClosed: message !== null,
      unhandled: cluster === null,
      outcome: "pending",
      status: null,
    };
    if (cluster === null && target.form === "name") {
      this.record({ ...callout, outcome: "unknown cluster" });
      return refuse(Status.ParseFailure);
    }
    const token = this.owner.tokens.next(kind === "call" ? TokenKind.GrpcCall : TokenKind.GrpcStream);
    const pending: Pending = {
      callout: { ...callout, token },
      sent,
      server: null,
      message: null,
      headersReceived: false,
      localClosed: false,
      remoteClosed: false,
    };
    this.record(pending.callout);
    this.#pending.set(token, pending);
    if (cluster === null) {
      this.#closeRefused(pending, "Cluster not available");
      return refuse(Status.InternalFailure);
    }
    const { isCanary, clusters } = this.owner;
    const recorded = isCanary ? null : clusters.recorded.grpc(target.cluster, path);
    if (recorded === null ? hasNoHost(cluster) : isWithoutHost(recorded)) {
      this.#withoutHost(pending);
      return refuse(Status.InternalFailure);
    }
    if (!isCanary) this.#start(pending, cluster, recorded);
    return answer(token);
  }

  /** A stream to a cluster without hosts is answered inside the call that opens it, all but its end. */
  #withoutHost(pending: Pending): void {
    const text = upstreamTexts.noHealthyHost;
    if (pending.callout.kind === "stream") this.#localTrailersOnly(pending, text);
    const message = withDetails(text, upstreamDetails.noHealthyHost);
    this.#closeRefused(pending, message);
  }

  /** The end of what was never opened: its number is not known any more when it is told (conformance: grpc). */
  #closeRefused({ callout }: Pending, message: ByteString): void {
    this.owner.afterCallback(() => {
      this.#pending.delete(callout.token);
      callout.outcome = "closed";
      callout.status = GrpcStatus.Unavailable;
      this.#delivery.close(callout.token, GrpcStatus.Unavailable, message);
    });
  }

  #start(pending: Pending, { grpc }: Cluster, recorded: GrpcReply | HttpCalloutFailure | null): void {
    const { callout } = pending;
    const server = new ScriptedServerCall(
      { ...callout, message: callout.kind === "call" ? (pending.sent[0] ?? new Uint8Array()) : null },
      this.owner.dispatcher,
      this.#events(pending),
    );
    pending.server = server;
    if (callout.timeoutMs > 0) {
      server.after(callout.timeoutMs, () => {
        server.cancelled();
        this.#fail(pending, upstreamTexts.timeout, upstreamDetails.timeout);
      });
    }
    if (recorded !== null) {
      if (!server.answer(recorded) && "failure" in recorded) this.#failLater(pending, recorded);
      return;
    }
    if (grpc === null) {
      callout.unhandled = true;
      this.owner.clusters.warnUnscripted(callout.cluster, "gRPC");
    }
    if (typeof grpc === "string" || (grpc !== null && isFailureAnswer(grpc)))
      return this.#failLater(pending, typeof grpc === "string" ? { failure: grpc } : grpc);
    const method = grpc?.[callout.path];
    if (method === undefined) return server.end(GrpcStatus.Unimplemented, "unknown method");
    const given = typeof method === "function" ? method(server) : method;
    if (given === undefined) return;
    const whole = typeof given === "string" ? { failure: given } : given;
    if (!server.answer(whole) && "failure" in whole) this.#failLater(pending, whole);
  }

  #failLater(pending: Pending, { failure, delayMs = 1 }: HttpCalloutFailure): void {
    const fail = (text: string, details: string) =>
      pending.server?.after(delayMs, () => this.#fail(pending, text, details));
    switch (failure) {
      case "timeout":
        return;
      case "unreachable":
      case "no healthy host":
        return fail(unreachableText(this.owner.behaviour), upstreamDetails.unreachable);
      case "disconnect":
        return fail(upstreamTexts.disconnect, upstreamDetails.disconnect);
      case "reset":
        return fail(upstreamTexts.remoteReset, upstreamDetails.remoteReset);
    }
  }

  #events(pending: Pending): GrpcResponseEvents {
    const { callout } = pending;
    const isCall = callout.kind === "call";
    return {
      headers: (headers) => {
        pending.headersReceived = true;
        if (!isCall) this.#deliverInitial(callout.token, headers);
        const status = Number(headers[0]?.[1]);
        if (status !== 200)
          this.#closeWithTrailers(pending, [], grpcStatusOf(status), upstreamDetails.upstream);
      },
      onlyHeaders: (headers) => {
        const status = Number(headers[0]?.[1]);
        if (!isCall) this.#deliverInitial(callout.token, []);
        if (status === 200) this.#receiveTrailers(pending, headers);
        else this.#closeWithTrailers(pending, [], grpcStatusOf(status), upstreamDetails.upstream);
      },
      message: (message) => {
        if (isCall) pending.message = message;
        else this.#deliverMessage(callout.token, message);
      },
      trailers: (trailers) => this.#receiveTrailers(pending, trailers),
      notGrpc: () => this.#closeWithTrailers(pending, [], GrpcStatus.Internal, upstreamDetails.upstream),
      reset: () => {
        if (!pending.headersReceived)
          return this.#fail(pending, upstreamTexts.remoteReset, upstreamDetails.remoteReset);
        this.#closeWithTrailers(pending, [], GrpcStatus.Internal, upstreamDetails.lateReset);
      },
    };
  }

  #receiveTrailers(pending: Pending, trailers: HeaderList): void {
    const value = (name: string) => trailers.find(([key]) => key === name)?.[1];
    const status = value("grpc-status");
    const code = status === undefined ? GrpcStatus.Unknown : Number(status);
    const message = withDetails(value("grpc-message") ?? "", upstreamDetails.upstream);
    this.#closeWithTrailers(pending, trailers, code, message);
  }

  /** What Envoy says itself looks to a stream like an answer of trailers only. */
  #fail(pending: Pending, text: ByteString, details: ByteString): void {
    if (pending.callout.kind === "stream") this.#localTrailersOnly(pending, text);
    this.#close(pending, GrpcStatus.Unavailable, withDetails(text, details));
  }

  #localTrailersOnly({ callout }: Pending, text: ByteString): void {
    this.#deliverInitial(callout.token, []);
    this.#deliverTrailing(callout.token, [
      [":status", "200"],
      ["content-type", "application/grpc"],
      ["grpc-status", String(GrpcStatus.Unavailable)],
      ["grpc-message", text],
    ]);
  }

  #closeWithTrailers(pending: Pending, trailers: HeaderList, code: number, message: ByteString): void {
    if (pending.callout.kind === "stream") this.#deliverTrailing(pending.callout.token, trailers);
    this.#close(pending, code, message);
  }

  /** The end of a call is its message, when all is well; the end of a stream is always a close. */
  #close(pending: Pending, code: number, message: ByteString): void {
    const { callout } = pending;
    // A callback before this one may have cancelled it.
    if (this.#pending.get(callout.token) !== pending) return;
    pending.server?.close();
    pending.remoteClosed = true;
    callout.outcome = "closed";
    callout.status = code;
    if (callout.kind === "call" && code === GrpcStatus.Ok && pending.message !== null) {
      this.#deliverMessage(callout.token, pending.message);
    } else if (callout.kind === "call" && code === GrpcStatus.Ok) {
      callout.status = GrpcStatus.Internal;
      this.#delivery.close(callout.token, GrpcStatus.Internal, "");
    } else {
      this.#delivery.close(callout.token, code, message);
    }
    if (callout.kind === "call" || pending.localClosed) this.#pending.delete(callout.token);
  }

  /** A callback before this one may have cancelled the stream. */
  #deliverInitial(token: number, headers: HeaderList): void {
    if (this.#pending.has(token)) this.#delivery.initialMetadata(token, headers);
  }

  #deliverTrailing(token: number, trailers: HeaderList): void {
    if (this.#pending.has(token)) this.#delivery.trailingMetadata(token, trailers);
  }

  #deliverMessage(token: number, message: Uint8Array): void {
    if (this.#pending.has(token)) this.#delivery.message(token, message);
  }
}

function isFailureAnswer(value: object): value is HttpCalloutFailure {
  return "failure" in value && typeof value.failure === "string";
}

function hasNoHost({ grpc }: Cluster): boolean {
  const noHost: HttpFailureKind = "no healthy host";
  if (grpc === null) return false;
  return typeof grpc === "string" ? grpc === noHost : isWithoutHost(grpc);
}

function isWithoutHost(answer: object): boolean {
  return isFailureAnswer(answer) && answer.failure === "no healthy host";
}
