import type { HeaderList } from "../byte-string.js";

/** A request of a filter as its upstream gets it, with what Envoy adds on the way. */
export interface HttpCalloutRequest {
  readonly cluster: string;
  /** In the filter's order, pseudo headers first, without `:scheme`. Byte strings. */
  readonly headers: HeaderList;
  readonly body: Uint8Array;
  /** Always null: Envoy takes the trailers that a filter gives, and does not send them. */
  readonly trailers: HeaderList | null;
  /** 0: the filter waits for ever. */
  readonly timeoutMs: number;
}

/** What becomes of a callout (abi.md 7.4). A string alone stands for the failure of this name. */
export type HttpCalloutAnswer = HttpCalloutResponse | HttpCalloutFailure | HttpFailureKind;

export interface HttpCalloutResponse {
  /** Default 200. Envoy adds `x-envoy-upstream-service-time` to the headers, as it does to every answer. */
  readonly status?: number;
  readonly headers?: HeaderFields;
  /** Text is sent as UTF-8. */
  readonly body?: string | Uint8Array;
  readonly trailers?: HeaderFields;
  /** Simulated milliseconds until it has come; default 1. Longer than the filter waits: its timeout comes instead. */
  readonly delayMs?: number;
}

export interface HttpCalloutFailure {
  readonly failure: HttpFailureKind;
  /** As for a response. A timeout has its own time. */
  readonly delayMs?: number;
}

export type HttpFailureKind =
  /** No answer comes. A filter that set a timeout gets Envoy's 504 after it, any other waits for ever. */
  | "timeout"
  /** The connection is refused: Envoy's 503. */
  | "unreachable"
  /** The upstream closes the connection before it answers: Envoy's 503 with another text. */
  | "disconnect"
  /** The upstream breaks off in the middle of its answer: a callback without headers, `get_status` 11. */
  | "reset"
  /** The cluster has no healthy host: the call answers 10, and no callback comes. */
  | "no healthy host";

/** Pairs, or an object where no name occurs twice. Text is sent as UTF-8. */
export type HeaderFields = HeaderList | Readonly<Record<string, string>>;

/** Answers the callouts to one cluster, called when a filter dispatches one. It must not call the simulator. */
export type HttpUpstream = (request: HttpCalloutRequest) => HttpCalloutAnswer;
