import type { HeaderMap } from "./header-map.js";
import type { DataStatus, HeadersStatus, StreamFilter, TrailersStatus } from "./stream-filter.js";

/**
 * The one filter in front of the plugins: gives every response that passes the filters a fixed date if it has none.
 * A real Envoy with the same header_mutation filter writes the same bytes run after run (abi.md F.1).
 */
export class DateFilter implements StreamFilter {
  readonly name = "date";

  encodeHeaders(headers: HeaderMap): HeadersStatus {
    if (!headers.has("date")) headers.add("date", fixedDate);
    return "Continue";
  }

  decodeHeaders(): HeadersStatus {
    return "Continue";
  }
  decodeData(): DataStatus {
    return "Continue";
  }
  decodeTrailers(): TrailersStatus {
    return "Continue";
  }
  encodeData(): DataStatus {
    return "Continue";
  }
  encodeTrailers(): TrailersStatus {
    return "Continue";
  }
  onLog(): void {}
  onDestroy(): void {}
}

export const fixedDate = "Thu, 01 Jan 1970 00:00:00 GMT";
