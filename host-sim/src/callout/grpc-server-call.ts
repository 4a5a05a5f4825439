import { fromText, toBytes, type ByteString, type HeaderList, type HeaderPair } from "../byte-string.js";
import type { Dispatcher, EventKind, ScheduledEvent } from "../envoy/timeline.js";
import type { GrpcAnswer, GrpcServerCall } from "./grpc-upstream.js";
import { pairsOf } from "./http-callouts.js";
import type { HeaderFields } from "./http-upstream.js";

/** What of a server's answer reaches the caller, piece by piece. */
export interface GrpcResponseEvents {
  headers(headers: HeaderList): void;
  /** Headers that are all there is of the answer. */
  onlyHeaders(headers: HeaderList): void;
  message(message: Uint8Array): void;
  trailers(trailers: HeaderList): void;
  /** A body that is no gRPC, or one that ends without a status. */
  notGrpc(): void;
  reset(): void;
}

export interface GrpcServerCallParts {
  readonly cluster: string;
  readonly path: string;
  readonly headers: HeaderList;
  readonly message: Uint8Array | null;
  readonly timeoutMs: number;
}

const latencyMs = 1;

/** The server's end of a call: sends its answer over simulated time. */
export class ScriptedServerCall implements GrpcServerCall {
  readonly cluster: string;
  readonly path: string;
  readonly headers: HeaderList;
  readonly message: Uint8Array | null;
  readonly timeoutMs: number;
  onMessage: ((message: Uint8Array) => void) | null = null;
  onHalfClose: (() => void) | null = null;
  onCancel: (() => void) | null = null;
  readonly #scheduled = new Set<ScheduledEvent>();
  #headersSent = false;
  #ended = false;
  /** The caller has sent everything: Envoy then knows how long the upstream took. */
  requestComplete: boolean;

  constructor(
    parts: GrpcServerCallParts,
    private readonly dispatcher: Dispatcher,
    private readonly events: GrpcResponseEvents,
  ) {
    this.cluster = parts.cluster;
    this.path = parts.path;
    this.headers = parts.headers;
    this.message = parts.message;
    this.timeoutMs = parts.timeoutMs;
    this.requestComplete = parts.message !== null;
  }

  sendMetadata(metadata: HeaderFields = []): void {
    if (this.#headersSent || this.#ended) return;
    this.#headersSent = true;
    this.#arrive(() => this.events.headers(this.#withTime([...grpcHeaders, ...pairsOf(metadata)])));
  }

  send(message: string | Uint8Array): void {
    if (this.#ended) return;
    this.sendMetadata();
    const bytes = typeof message === "string" ? toBytes(fromText(message)) : message;
    this.#arrive(() => this.events.message(bytes));
  }

  end(status = 0, statusMessage = "", trailingMetadata: HeaderFields = []): void {
    if (this.#ended) return;
    this.#ended = true;
    const trailers: HeaderPair[] = [["grpc-status", String(status)]];
    if (statusMessage !== "") trailers.push(["grpc-message", percentEncoded(statusMessage)]);
    trailers.push(...pairsOf(trailingMetadata));
    if (this.#headersSent) this.#arrive(() => this.events.trailers(trailers));
    else this.#arrive(() => this.events.onlyHeaders(this.#withTime([...grpcHeaders, ...trailers])));
  }

  reset(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#arrive(() => this.events.reset());
  }

  after(milliseconds: number, run: () => void): void {
    this.#schedule("callout", milliseconds, run);
  }

  /** Answers as a whole. False for failures, which are not the server's. */
  answer(answer: Exclude<GrpcAnswer, string>): boolean {
    if ("failure" in answer) return false;
    const delay = Math.max(0, (answer.delayMs ?? latencyMs) - latencyMs);
    this.after(delay, () => {
      if ("httpStatus" in answer) return this.#answerHttp(answer.httpStatus, answer.headers, answer.body);
      const { status = 0, initialMetadata, messages } = answer;
      const isUnary = this.message !== null;
      const sent = messages ?? (isUnary && status === 0 ? [""] : []);
      if (initialMetadata !== undefined || sent.length > 0) this.sendMetadata(initialMetadata);
      for (const message of sent) this.send(message);
      this.end(status, answer.statusMessage, answer.trailingMetadata);
    });
    return true;
  }

  #answerHttp(status: number, headers: HeaderFields = [], body = ""): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#arrive(() => {
      const fields = this.#withTime([[":status", String(status)], ...pairsOf(headers)]);
      if (body === "") return this.events.onlyHeaders(fields);
      this.events.headers(fields);
      this.events.notGrpc();
    });
  }

  /** The caller is gone: nothing of what was sent arrives. */
  close(): void {
    this.#ended = true;
    for (const event of this.#scheduled) event.cancel();
    this.#scheduled.clear();
  }

  cancelled(): void {
    this.close();
    this.onCancel?.();
  }

  #arrive(run: () => void): void {
    this.#schedule("callout", latencyMs, run);
  }

  #schedule(kind: EventKind, delay: number, run: () => void): void {
    const event = this.dispatcher.schedule(kind, delay, () => {
      this.#scheduled.delete(event);
      run();
    });
    this.#scheduled.add(event);
  }

  #withTime(headers: HeaderPair[]): HeaderList {
    return this.requestComplete
      ? [...headers, ["x-envoy-upstream-service-time", String(latencyMs)]]
      : headers;
  }
}

const grpcHeaders: readonly HeaderPair[] = [
  [":status", "200"],
  ["content-type", "application/grpc"],
];

/** As servers write `grpc-message`. */
export function percentEncoded(text: string): ByteString {
  return fromText(text).replace(
    /[^\x20-\x24\x26-\x7e]/g,
    (octet) => `%${octet.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}
