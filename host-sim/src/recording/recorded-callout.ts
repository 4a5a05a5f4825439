import type { HeaderList } from "../byte-string.js";

/**
 * What answers a filter's callout during a stream. The first recorded answer that fits a call and has not been given yet answers it;
 * a call that none fits goes to the process's clusters.
 */
export type RecordedCallout = RecordedHttpCallout | RecordedGrpcCallout;

/** Answers one HTTP call. */
export interface RecordedHttpCallout {
  readonly cluster: string;
  /** Headers that the call must have, pseudo headers included, each with this value. Absent: any call to the cluster. */
  readonly match?: HeaderList;
  readonly answer: RecordedHttpAnswer | RecordedCalloutFailure;
}

export interface RecordedHttpAnswer {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Uint8Array;
  readonly trailers: HeaderList | null;
  /** Simulated milliseconds until it has come. Absent: 1. */
  readonly delayMs?: number;
}

/** Answers one gRPC call. */
export interface RecordedGrpcCallout {
  readonly cluster: string;
  /** The path of the method: `/package.Service/Method`. */
  readonly method: string;
  readonly answer: RecordedGrpcAnswer | RecordedCalloutFailure;
}

export interface RecordedGrpcAnswer {
  readonly grpcStatus: number;
  readonly statusMessage?: string;
  readonly initialMetadata?: HeaderList;
  readonly messages: readonly Uint8Array[];
  readonly trailingMetadata?: HeaderList;
  readonly delayMs?: number;
}

/** What Envoy makes of a cluster that does not answer (abi.md 7.4). */
export interface RecordedCalloutFailure {
  readonly failure: CalloutFailureKind;
  readonly delayMs?: number;
}

export const CALLOUT_FAILURES = ["timeout", "unreachable", "disconnect", "reset", "no healthy host"] as const;

export type CalloutFailureKind = (typeof CALLOUT_FAILURES)[number];
