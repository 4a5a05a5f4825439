import { firstValue, type HeaderList, toText } from "../byte-string.js";

/**
 * What answers a filter's callout during a stream. The first recorded answer that fits a call and has not been given yet answers it;
 * a call that none fits goes to the process's clusters.
 */
export type RecordedCallout = RecordedHttpCallout | RecordedGrpcCallout;

/** Which calls it is for, in words: `POST /check`, `x-token: good`, `any call`, `/package.Service/Method`. */
export function calloutText(callout: RecordedCallout): string {
  if ("method" in callout) return callout.method;
  const { match = [] } = callout;
  const line = [":method", ":path"].flatMap((name) => {
    const value = firstValue(match, name);
    return value === null ? [] : [toText(value)];
  });
  const rest = match.filter(([name]) => name !== ":method" && name !== ":path");
  const words = [...line, ...rest.map(([name, value]) => `${name}: ${toText(value)}`)];
  return words.length === 0 ? "any call" : words.join(" ");
}

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
