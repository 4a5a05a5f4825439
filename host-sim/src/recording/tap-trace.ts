import type { HeaderList } from "../byte-string.js";

/**
 * `envoy.data.tap.v3.TraceWrapper` as far as it matters here, the same whether it came as JSON or as protobuf.
 * A buffered trace has a whole exchange, a segment one piece of one.
 */
export type TapTrace =
  | {
      readonly kind: "buffered";
      readonly place: string;
      readonly request: TapMessage | null;
      readonly response: TapMessage | null;
    }
  | {
      readonly kind: "segment";
      readonly place: string;
      readonly traceId: string;
      /** Null: Envoy begins so the trace of a stream whose request never came to the tap, since a filter before it answered. */
      readonly piece: TapPiece | null;
    }
  | { readonly kind: "socket"; readonly place: string };

/** `HttpBufferedTrace.Message`. */
export interface TapMessage {
  readonly headers: HeaderList;
  readonly body: TapBody | null;
  readonly trailers: HeaderList;
}

/** `HttpStreamedTraceSegment.message_piece`. */
export type TapPiece =
  | { readonly part: "headers" | "trailers"; readonly of: TapDirection; readonly headers: HeaderList }
  | { readonly part: "body"; readonly of: TapDirection; readonly body: TapBody };

export type TapDirection = "request" | "response";

/** `envoy.data.tap.v3.Body`. */
export interface TapBody {
  readonly bytes: Uint8Array;
  /** `as_string` loses bytes that are not UTF-8 without a sign. */
  readonly form: "as_bytes" | "as_string";
  readonly truncated: boolean;
}

/** Takes a tap file in pieces and gives its traces to whom it was made for. */
export interface TapReader {
  write(bytes: Uint8Array): void;
  end(): void;
}
