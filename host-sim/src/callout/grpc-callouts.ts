import { HeaderMapType, Status } from "../abi/enums.js";
import type { GrpcCallRequest, GrpcStreamRequest } from "../abi/host-context.js";
import { fromBytes, toBytes, type ByteString, type HeaderList, type HeaderPair } from "../byte-string.js";
import { BodyBuffer } from "../http/body-buffer.js";
import { HeaderMap } from "../http/header-map.js";
import type { Answer } from "../abi/host-context.js";
import { answer, refuse } from "../abi/host-context.js";
import type { CalloutOwner } from "./callout-owner.js";
import type { Cluster } from "./clusters.js";
import { upstreamDetails, upstreamTexts } from "./envoy-texts.js";
import { ScriptedServerCall, type GrpcResponseEvents } from "./grpc-server-call.js";
import { grpcTarget } from "./grpc-target.js";
import type { HttpFailureKind } from "./http-upstream.js";
import { TokenKind, tokenKind } from "./tokens.js";

/** One gRPC callout and what has become of it so far. */
export interface GrpcCallout {
  readonly kind: "call" | "stream";
  readonly plugin: string;
  readonly thread: string;
  /** The number of the callout, also when the filter did not get it. */
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
  readonly outcome: "pending" | "closed" | "cancelled";
  /** The final gRPC status of a closed one. */
  readonly status: number | null;
}

const GrpcStatus = { Ok: 0, Unknown: 2, Unimplemented: 12, Internal: 13, Unavailable: 14 } as const;

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
  #initialMetadata: HeaderMap | null = null;
  #trailingMetadata: HeaderMap | null = null;
  #message: BodyBuffer | null = null;

  constructor(
    private readonly owner: CalloutOwner,
    private readonly record: (callout: GrpcCallout) => void,
  ) {}

  /** Map 4 or 5 during its callback. */
  map(type: HeaderMapType): HeaderMap | null {
    switch (type) {
      case HeaderMapType.GrpcReceiveInitialMetadata:
        return this.#initialMetadata;
      case HeaderMapType.GrpcReceiveTrailingMetadata:
        return this.#trailingMetadata;
      default:
        return null;
    }
  }

  /** Buffer 5 during its callback. */
  get message(): BodyBuffer | null {
    return this.#message;
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
    if (cluster === null && target.form === "name") return refuse(Status.ParseFailure);
    const token = this.owner.tokens.next(kind === "call" ? TokenKind.GrpcCall : TokenKind.GrpcStream);
    const path = `/${request.service}/${request.method}`;
    const sent = message === null ? [] : [message];
    const pending: Pending = {
      callout: {
        kind,
        plugin: this.owner.plugin,
        thread: this.owner.thread,
        token,
        cluster: target.cluster,
        path,
        headers: requestHeaders(target.cluster, path, kind, request.metadata, timeoutMs),
        messages: sent,
        timeoutMs,
        halfClosed: message !== null,
        outcome: "pending",
        status: null,
      },
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
      this.owner.afterCallback(() => this.#close(pending, GrpcStatus.Unavailable, "Cluster not available"));
      return refuse(Status.InternalFailure);
    }
    if (isFailure(cluster, "no healthy host")) {
      this.#withoutHost(pending);
      return refuse(Status.InternalFailure);
    }
    if (!this.owner.isCanary) this.#start(pending, cluster);
    return answer(token);
  }

  /** A stream to a cluster without hosts is answered inside the call that opens it, all but its end. */
  #withoutHost(pending: Pending): void {
    const text = upstreamTexts.noHealthyHost;
    if (pending.callout.kind === "stream") this.#localTrailersOnly(pending, text);
    const message = withDetails(text, upstreamDetails.noHealthyHost);
    this.owner.afterCallback(() => this.#close(pending, GrpcStatus.Unavailable, message));
  }

  #start(pending: Pending, { grpc }: Cluster): void {
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
    if (grpc === null) this.owner.clusters.warnUnscripted(callout.cluster, "gRPC");
    if (typeof grpc === "string" || (grpc !== null && isFailureAnswer(grpc)))
      return this.#failLater(pending, typeof grpc === "string" ? { failure: grpc } : grpc);
    const method = grpc?.[callout.path];
    if (method === undefined) return server.end(GrpcStatus.Unimplemented, "unknown method");
    const given = typeof method === "function" ? method(server) : method;
    if (given === undefined) return;
    const whole = typeof given === "string" ? { failure: given } : given;
    if (!server.answer(whole) && "failure" in whole) this.#failLater(pending, whole);
  }

  #failLater(
    pending: Pending,
    { failure, delayMs = 1 }: { readonly failure: HttpFailureKind; readonly delayMs?: number },
  ): void {
    const fail = (text: string, details: string) =>
      pending.server?.after(delayMs, () => this.#fail(pending, text, details));
    switch (failure) {
      case "timeout":
        return;
      case "unreachable":
      case "no healthy host":
        return fail(upstreamTexts.unreachable, upstreamDetails.unreachable);
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
      this.#deliverClose(callout.token, GrpcStatus.Internal, "");
    } else {
      this.#deliverClose(callout.token, code, message);
    }
    if (callout.kind === "call" || pending.localClosed) this.#pending.delete(callout.token);
  }

  #deliverInitial(token: number, headers: HeaderList): void {
    if (!this.#pending.has(token)) return;
    const map = new HeaderMap("response headers", headers);
    this.#initialMetadata = map;
    this.owner.deliver("proxy_on_grpc_receive_initial_metadata", [token, map.size], () => {
      this.#initialMetadata = null;
    });
  }

  #deliverTrailing(token: number, trailers: HeaderList): void {
    if (!this.#pending.has(token)) return;
    const map = new HeaderMap("response trailers", trailers);
    this.#trailingMetadata = map;
    this.owner.deliver("proxy_on_grpc_receive_trailing_metadata", [token, map.size], () => {
      this.#trailingMetadata = null;
    });
  }

  #deliverMessage(token: number, message: Uint8Array): void {
    if (!this.#pending.has(token)) return;
    this.#message = new BodyBuffer(message);
    this.owner.deliver("proxy_on_grpc_receive", [token, message.length], () => (this.#message = null));
  }

  #deliverClose(token: number, code: number, message: ByteString): void {
    this.owner.setStatus(code, message);
    // The code stays, the text does not.
    this.owner.deliver("proxy_on_grpc_close", [token, code], () => this.owner.setStatus(code, ""));
  }
}

function withDetails(message: ByteString, details: ByteString): ByteString {
  return message === "" ? details : `${message}{${details}}`;
}

function isFailureAnswer(
  value: object,
): value is { readonly failure: HttpFailureKind; readonly delayMs?: number } {
  return "failure" in value && typeof value.failure === "string";
}

function isFailure({ grpc }: Cluster, failure: HttpFailureKind): boolean {
  if (grpc === null) return false;
  return typeof grpc === "string" ? grpc === failure : isFailureAnswer(grpc) && grpc.failure === failure;
}

/** The status of an answer that is no gRPC, by its HTTP status. */
function grpcStatusOf(status: number): number {
  const known = new Map([
    [400, 13],
    [401, 16],
    [403, 7],
    [404, 12],
    [429, 14],
    [502, 14],
    [503, 14],
    [504, 14],
  ]);
  return known.get(status) ?? GrpcStatus.Unknown;
}

/** What Envoy makes of the filter's metadata: values of `-bin` keys are base64 (abi.md E.1). */
function requestHeaders(
  cluster: ByteString,
  path: ByteString,
  kind: "call" | "stream",
  metadata: HeaderList,
  timeoutMs: number,
): HeaderList {
  const encoded = metadata.map(([name, value]): HeaderPair => {
    const key = name.toLowerCase();
    return [key, key.endsWith("-bin") ? fromBytes(Buffer.from(base64(value))) : value];
  });
  const map = new HeaderMap("request headers", [
    [":method", "POST"],
    [":path", path],
    [":authority", cluster],
    [":scheme", "http"],
    ["te", "trailers"],
    ...(kind === "call" ? [["grpc-timeout", `${timeoutMs}m`] as const] : []),
    ["content-type", "application/grpc"],
    ...encoded,
    ["x-envoy-internal", "true"],
    ...(timeoutMs > 0 ? [["x-envoy-expected-rq-timeout-ms", String(timeoutMs)] as const] : []),
  ]);
  return map.pairs;
}

function base64(value: ByteString): string {
  return Buffer.from(toBytes(value)).toString("base64");
}
