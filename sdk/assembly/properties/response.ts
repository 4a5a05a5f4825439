// Attributes of the response (abi.md 6.2): from onResponseHeaders on, most of them complete in onLog. Absent
// is null, or `otherwise` for a number.

import * as property from "../abi/property";
import { PropertyMap } from "./property-map";
import * as value from "./value";

/** The status code. Absent in onLog too when the client went away before there was one. */
export function code(otherwise: i64 = -1): i64 {
  return value.integer(property.get("response\0code"), otherwise);
}

/**
 * What Envoy says about how the code came to be: `via_upstream`, `route_not_found`, a local reply's details.
 */
export function codeDetails(): string | null {
  return value.text(property.get("response\0code_details"));
}

/**
 * Envoy's response flags as bits: `0x4000` is a client that went away, `0x40000` a request that could not be
 * parsed.
 */
export function flags(otherwise: i64 = -1): i64 {
  return value.integer(property.get("response\0flags"), otherwise);
}

/** The gRPC status; for a response that is not gRPC, what its HTTP status maps to. */
export function grpcStatus(otherwise: i64 = -1): i64 {
  return value.integer(property.get("response\0grpc_status"), otherwise);
}

/** All headers; an empty map before there are any. */
export function headers(): PropertyMap | null {
  return value.map(property.get("response\0headers"));
}

/** A header; several values are joined with a comma. The name is in lower case. */
export function header(name: string): string | null {
  return value.text(property.getMember("response\0headers", name));
}

/** Bytes of all header names and values. */
export function headersBytes(otherwise: i64 = -1): i64 {
  return value.integer(property.get("response\0headers_bytes"), otherwise);
}

/** All trailers; an empty map before onLog. */
export function trailers(): PropertyMap | null {
  return value.map(property.get("response\0trailers"));
}

/** A trailer, in onLog. The name is in lower case. */
export function trailer(name: string): string | null {
  return value.text(property.getMember("response\0trailers", name));
}

/** Bytes of the body so far; the body's size in onLog. */
export function size(otherwise: i64 = -1): i64 {
  return value.integer(property.get("response\0size"), otherwise);
}

/** Bytes of headers, body and trailers so far; of all in onLog. */
export function totalSize(otherwise: i64 = -1): i64 {
  return value.integer(property.get("response\0total_size"), otherwise);
}

/**
 * From the first byte sent upstream to the first received from there, in nanoseconds; in onLog, if there was
 * an upstream.
 */
export function backendLatency(otherwise: i64 = -1): i64 {
  return value.integer(property.get("response\0backend_latency"), otherwise);
}
