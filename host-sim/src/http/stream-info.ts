import type { ByteString } from "../byte-string.js";

/** What Envoy knows about a stream besides its maps; the source of properties. */
export interface StreamInfo {
  readonly connectionId: number;
  /** What a test says about properties that the simulator cannot know, by path with dots. */
  readonly givenProperties: ReadonlyMap<ByteString, Uint8Array>;
  /** Null: a connection without HTTP. */
  readonly protocol: "HTTP/1.1" | null;
  /** Nanoseconds since the Unix epoch. */
  readonly startTime: bigint;
  requestBodyBytes: number;
  responseBodyBytes: number;
  responseCode: number | null;
  responseCodeDetails: ByteString | null;
  /** Of a connection without HTTP: Envoy could not connect, or was cut off. */
  upstreamFailed?: boolean;
  /** Objects that filters attach to the stream, by key; those of wasm filters start with `wasm.`. */
  readonly filterState: Map<ByteString, FilterStateObject>;
}

export interface FilterStateObject {
  /** What a property shows; null: nothing. */
  readonly value: Uint8Array | "unmodelled" | null;
  readonly readOnly: boolean;
}
