import { fromText, toBytes, type HeaderList, type HeaderPair } from "../byte-string.js";
import type { Cluster } from "../callout/clusters.js";
import type { GrpcCallout } from "../callout/grpc-callouts.js";
import { percentEncoded } from "../callout/grpc-server-call.js";
import { GrpcStatus } from "../callout/grpc-status.js";
import type { GrpcAnswer, GrpcReply, GrpcServerCall } from "../callout/grpc-upstream.js";
import { pairsOf } from "../callout/http-callouts.js";
import type { HeaderFields, HttpCalloutFailure } from "../callout/http-upstream.js";
import { timeoutOf } from "./callout-server.js";
import { grpcFrame, GrpcMessages } from "./grpc-frame.js";
import { type CalloutRequest, warnTooLate } from "./scripted-clusters.js";

/** CANCEL (RFC 9113 §7): what gRPC servers break off with. */
const CANCEL = 8;

/** Answers one gRPC call of a filter as its script says: a unary one when its message has come, a stream at once. */
export function serveGrpc(request: CalloutRequest, headers: HeaderList, methods: Cluster["grpc"]): void {
  const call = new RealServerCall(request, headers);
  request.record.grpc.push(call.callout);
  call.whenReady = () => {
    const recorded = request.recorded.grpc(fromText(call.cluster), call.path);
    if (recorded !== null) return call.answer(recorded);
    call.callout.unhandled = methods === null;
    if (methods === null || typeof methods === "string" || "failure" in methods) return call.disconnect();
    const method = methods[call.path];
    if (method === undefined) return call.end(GrpcStatus.Unimplemented, "unknown method");
    const given = typeof method === "function" ? method(call) : method;
    if (given !== undefined) call.answer(given as GrpcAnswer);
  };
  call.read();
}

/** The server's end of a call, on a stream of HTTP/2. */
class RealServerCall implements GrpcServerCall {
  readonly cluster: string;
  readonly path: string;
  readonly timeoutMs: number;
  message: Uint8Array | null = null;
  onMessage: ((message: Uint8Array) => void) | null = null;
  onHalfClose: (() => void) | null = null;
  onCancel: (() => void) | null = null;
  whenReady: (() => void) | null = null;
  readonly callout: { -readonly [Key in keyof GrpcCallout]: GrpcCallout[Key] };
  readonly #messages: Uint8Array[] = [];
  readonly #frames = new GrpcMessages();
  #framesRead = 0;
  #headersSent = false;
  #ended = false;

  constructor(
    private readonly request: CalloutRequest,
    readonly headers: HeaderList,
  ) {
    const value = (name: string) => headers.find(([field]) => field === name)?.[1];
    this.cluster = request.clusterName;
    this.path = value(":path") ?? "";
    this.timeoutMs = timeoutOf(headers);
    this.callout = {
      // Envoy gives a timeout to unary calls alone, and to all of them.
      kind: value("grpc-timeout") === undefined ? "stream" : "call",
      ...{ plugin: "", thread: "", token: 0 },
      cluster: this.cluster,
      path: this.path,
      headers,
      messages: this.#messages,
      timeoutMs: this.timeoutMs,
      halfClosed: false,
      unhandled: false,
      outcome: "pending",
      status: null,
    };
    request.stream.onFrame = () => this.read();
  }

  /** What has come since the last time. */
  read(): void {
    const { stream } = this.request;
    if (this.callout.kind === "stream") this.#ready();
    for (const frame of stream.received.slice(this.#framesRead)) {
      this.#framesRead++;
      if (frame.type === "DATA") this.#readMessages(frame.bytes);
      if ("endStream" in frame && frame.endStream) this.#halfClosed();
      if (frame.type === "RST_STREAM" || frame.type === "GOAWAY") this.#cancelled();
    }
  }

  sendMetadata(metadata: HeaderFields = []): void {
    if (this.#headersSent || this.#ended) return;
    this.#headersSent = true;
    this.request.stream.sendHeaders([...grpcHeaders, ...pairsOf(metadata)], false);
  }

  send(message: string | Uint8Array): void {
    if (this.#ended) return;
    this.sendMetadata();
    const bytes = typeof message === "string" ? toBytes(fromText(message)) : message;
    this.request.stream.sendData(grpcFrame(bytes), false);
  }

  end(status = 0, statusMessage = "", trailingMetadata: HeaderFields = []): void {
    if (this.#ended) return;
    this.#finish("closed", status);
    const trailers: HeaderPair[] = [["grpc-status", String(status)]];
    if (statusMessage !== "") trailers.push(["grpc-message", percentEncoded(statusMessage)]);
    trailers.push(...pairsOf(trailingMetadata));
    const head = this.#headersSent ? [] : grpcHeaders;
    this.request.stream.sendHeaders([...head, ...trailers], true);
  }

  reset(): void {
    if (this.#ended) return;
    this.#finish("closed", null);
    this.request.stream.sendReset(CANCEL);
  }

  disconnect(): void {
    if (this.#ended) return;
    this.#finish("closed", null);
    this.request.socket.destroy();
  }

  after(milliseconds: number, run: () => void): void {
    setTimeout(() => {
      if (!this.#ended) run();
    }, milliseconds);
  }

  /** Answers as a whole. */
  answer(given: GrpcAnswer): void {
    const whole = typeof given === "string" ? { failure: given } : given;
    if ("failure" in whole) this.#fail(whole);
    else if ("httpStatus" in whole)
      this.after(whole.delayMs ?? 1, () => this.#answerHttp(whole.httpStatus, whole.headers, whole.body));
    else this.after(whole.delayMs ?? 1, () => this.#reply(whole));
  }

  #reply({ status = 0, statusMessage, messages, initialMetadata, trailingMetadata }: GrpcReply): void {
    const sent = messages ?? (this.message !== null && status === 0 ? [""] : []);
    if (initialMetadata !== undefined || sent.length > 0) this.sendMetadata(initialMetadata);
    for (const message of sent) this.send(message);
    this.end(status, statusMessage, trailingMetadata);
  }

  #fail({ failure, delayMs = 1 }: HttpCalloutFailure): void {
    warnTooLate(this.request, failure);
    if (failure === "timeout") return;
    this.after(delayMs, () => (failure === "reset" ? this.reset() : this.disconnect()));
  }

  #answerHttp(status: number, headers: HeaderFields = [], body = ""): void {
    this.#finish("closed", null);
    const { stream } = this.request;
    stream.sendHeaders([[":status", String(status)], ...pairsOf(headers)], body === "");
    if (body !== "") stream.sendData(Buffer.from(body), true);
  }

  #readMessages(bytes: Uint8Array): void {
    this.#frames.push(bytes);
    for (let one = this.#frames.next(); one !== null; one = this.#frames.next()) {
      this.#messages.push(one);
      if (this.callout.kind === "call") this.message ??= one;
      else this.onMessage?.(one);
    }
  }

  #halfClosed(): void {
    this.callout.halfClosed = true;
    if (this.callout.kind === "call") {
      this.message ??= new Uint8Array();
      this.#ready();
    }
    this.onHalfClose?.();
  }

  #cancelled(): void {
    if (this.#ended) return;
    this.#finish("cancelled", null);
    this.onCancel?.();
  }

  #ready(): void {
    const ready = this.whenReady;
    this.whenReady = null;
    ready?.();
  }

  #finish(outcome: GrpcCallout["outcome"], status: number | null): void {
    this.#ended = true;
    this.callout.outcome = outcome;
    this.callout.status = status;
  }
}

const grpcHeaders: readonly HeaderPair[] = [
  [":status", "200"],
  ["content-type", "application/grpc"],
];
