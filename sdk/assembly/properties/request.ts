// Attributes of the request (abi.md 6.2).
//
// What is made of request headers (path, host, method, headers, …) exists in onRequestHeaders, later only
// while the request is held from there, and again in onLog. Times and counts exist throughout. Absent is
// null, or `otherwise` for a number.

import * as property from "../abi/property";
import { PropertyMap } from "./property-map";
import * as value from "./value";

/** The path with the query: `:path`. */
export function path(): string | null {
  return value.text(property.get("request\0path"));
}

/** The path without the query. */
export function urlPath(): string | null {
  return value.text(property.get("request\0url_path"));
}

/** The query without its `?`; "" when there is none. */
export function query(): string | null {
  return value.text(property.get("request\0query"));
}

/** The host with its port, if it was given: `:authority`. */
export function host(): string | null {
  return value.text(property.get("request\0host"));
}

/** `http` or `https`: `:scheme`. */
export function scheme(): string | null {
  return value.text(property.get("request\0scheme"));
}

/** `GET`, `POST`, …: `:method`. */
export function method(): string | null {
  return value.text(property.get("request\0method"));
}

/** The `referer` header. */
export function referer(): string | null {
  return value.text(property.get("request\0referer"));
}

/** The `user-agent` header. */
export function userAgent(): string | null {
  return value.text(property.get("request\0useragent"));
}

/** The `x-request-id` header, which Envoy makes when the client did not. */
export function id(): string | null {
  return value.text(property.get("request\0id"));
}

/** `HTTP/1.0`, `HTTP/1.1`, `HTTP/2` or `HTTP/3`. */
export function protocol(): string | null {
  return value.text(property.get("request\0protocol"));
}

/** All headers. Where headers are not to be had Envoy gives an empty map, not null. */
export function headers(): PropertyMap | null {
  return value.map(property.get("request\0headers"));
}

/** A header; several values are joined with a comma. The name is in lower case. */
export function header(name: string): string | null {
  return value.text(property.getMember("request\0headers", name));
}

/** Bytes of all header names and values; 0 where headers are not to be had. */
export function headersBytes(otherwise: i64 = -1): i64 {
  return value.integer(property.get("request\0headers_bytes"), otherwise);
}

/** When the first byte arrived, in nanoseconds since 1970. */
export function time(otherwise: i64 = -1): i64 {
  return value.integer(property.get("request\0time"), otherwise);
}

/** How long the whole exchange took, in nanoseconds; exists in onLog only. */
export function duration(otherwise: i64 = -1): i64 {
  return value.integer(property.get("request\0duration"), otherwise);
}

/** Bytes of the body so far; the body's size in onLog. */
export function size(otherwise: i64 = -1): i64 {
  return value.integer(property.get("request\0size"), otherwise);
}

/** Bytes of headers, body and trailers so far; of all in onLog. */
export function totalSize(otherwise: i64 = -1): i64 {
  return value.integer(property.get("request\0total_size"), otherwise);
}
