import type { BodyBuffer } from "./body-buffer.js";
import type { HeaderMap } from "./header-map.js";

/** What a filter tells the filter manager, in Envoy's words. */
export type HeadersStatus =
  "Continue" | "StopIteration" | "StopAllIterationAndBuffer" | "StopAllIterationAndWatermark";
export type DataStatus =
  "Continue" | "StopIterationAndBuffer" | "StopIterationAndWatermark" | "StopIterationNoBuffer";
export type TrailersStatus = "Continue" | "StopIteration";

/** One filter of a stream. Requests pass the chain front to back, responses back to front. */
export interface StreamFilter {
  readonly name: string;
  decodeHeaders(headers: HeaderMap, endStream: boolean): HeadersStatus;
  decodeData(data: BodyBuffer, endStream: boolean): DataStatus;
  decodeTrailers(trailers: HeaderMap): TrailersStatus;
  encodeHeaders(headers: HeaderMap, endStream: boolean): HeadersStatus;
  encodeData(data: BodyBuffer, endStream: boolean): DataStatus;
  encodeTrailers(trailers: HeaderMap): TrailersStatus;
  /** The exchange is over: time to log it. */
  onLog(maps: FinalMaps): void;
  onDestroy(): void;
}

/** The maps as they are when the exchange is logged. */
export interface FinalMaps {
  readonly requestHeaders: HeaderMap | null;
  readonly responseHeaders: HeaderMap | null;
  readonly responseTrailers: HeaderMap | null;
}

export interface LocalReplySpec {
  readonly statusCode: number;
  readonly body: Uint8Array;
  readonly details: string;
  /** Envoy's response flags, where the details do not tell them. */
  readonly flags?: number;
  /** Headers of the filter, put between `:status` and Envoy's own. */
  readonly headers: readonly (readonly [string, string])[];
  /** For clients of gRPC. Absent: it follows from the status code. */
  readonly grpcStatus?: number;
}

/** What a filter can do to its stream in one direction. */
export interface DirectionCallbacks {
  /** Headers have come in this direction. */
  started(): boolean;
  /** Appends to the held body, as Envoy's addDecodedData and addEncodedData do. */
  addData(data: BodyBuffer): void;
  /** The held body, or null when nothing is held. */
  heldData(): BodyBuffer | null;
  addTrailers(): HeaderMap;
  continueIteration(): void;
}

export interface StreamCallbacks {
  readonly decoder: DirectionCallbacks;
  readonly encoder: DirectionCallbacks;
  sendLocalReply(reply: LocalReplySpec): void;
  reset(details: string): void;
  clearRouteCache(): void;
}
