import type { HeaderList } from "../../byte-string.js";

/**
 * What one side of a stream got over HTTP/2, frame by frame (RFC 9113 §6). HEADERS has its CONTINUATION frames in it; what
 * belongs to the connection alone, such as SETTINGS, is left out.
 */
export type Http2Frame =
  /** The headers, or the trailers. */
  | { readonly type: "HEADERS"; readonly fields: HeaderList; readonly endStream: boolean }
  | { readonly type: "DATA"; readonly bytes: Uint8Array; readonly endStream: boolean }
  /** Envoy's own extension. */
  | { readonly type: "METADATA"; readonly fields: HeaderList }
  | { readonly type: "RST_STREAM"; readonly code: number }
  /** The whole connection ends. */
  | { readonly type: "GOAWAY"; readonly code: number };
