import type { ByteString } from "../byte-string.js";

/** What Envoy knows about a stream besides its maps; the source of properties. */
export interface StreamInfo {
  readonly connectionId: number;
  readonly protocol: "HTTP/1.1";
  /** Nanoseconds since the Unix epoch. */
  readonly startTime: bigint;
  requestBodyBytes: number;
  responseBodyBytes: number;
  responseCode: number | null;
  responseCodeDetails: ByteString | null;
  /** Objects that filters attach to the stream, by key; those of wasm filters start with `wasm.`. */
  readonly filterState: Map<ByteString, FilterStateObject>;
}

export interface FilterStateObject {
  /** What a property shows; null: nothing. */
  readonly value: Uint8Array | "unmodelled" | null;
  readonly readOnly: boolean;
}
