import type { ByteString } from "../byte-string.js";
import type { Clock } from "../envoy/clock.js";
import type { GivenValues } from "../envoy/given-properties.js";
import type { EnvoyBehaviour } from "../envoy-versions.js";
import type { SelectedRoute } from "./route/route-table.js";

/** What Envoy knows about a stream besides its maps; the source of properties. */
export interface StreamInfo {
  readonly connectionId: number;
  readonly behaviour: EnvoyBehaviour;
  /** What a test says about properties that the simulator cannot know, by path with dots. */
  readonly givenProperties: GivenValues;
  /** Null: a connection without HTTP. */
  readonly protocol: "HTTP/1.1" | "HTTP/2" | null;
  /** Nanoseconds since the Unix epoch. */
  readonly startTime: bigint;
  readonly clock: Clock;
  requestBodyBytes: number;
  responseBodyBytes: number;
  responseCode: number | null;
  responseCodeDetails: ByteString | null;
  /** How often Envoy turned to an upstream; before the first time nothing is known of it. */
  upstreamAttempts: number;
  /** Where the stream goes; null while that is not known. */
  clusterName: ByteString | null;
  /** Why Envoy could not connect. */
  upstreamTransportFailure?: ByteString;
  /** Bits of `response-flags.ts`. */
  responseFlags: number;
  /** The route of the request; null: it has none. */
  route: SelectedRoute | null;
  /** Objects that filters attach to the stream, by key; those of wasm filters start with `wasm.`. */
  readonly filterState: Map<ByteString, FilterStateObject>;
}

export interface FilterStateObject {
  /** What a property shows; null: nothing. */
  readonly value: Uint8Array | "unmodelled" | null;
  readonly readOnly: boolean;
}
