import type { ByteString } from "../byte-string.js";
import { HeaderMap } from "./header-map.js";
import type { LocalReplySpec } from "./stream-filter.js";

/** The headers of a local reply: `:status`, the filter's own, then length and type of the body (abi.md 8.4, F.1). */
export function localReplyHeaders(reply: LocalReplySpec): HeaderMap {
  const map = new HeaderMap("response headers", [[":status", String(reply.statusCode)]]);
  for (const [name, value] of reply.headers) map.add(name, value);
  if (reply.body.length === 0) {
    map.remove("content-length");
    map.remove("content-type");
    return map;
  }
  map.setInPlace("content-length", String(reply.body.length));
  if (!map.has("content-type")) map.add("content-type", "text/plain");
  return map;
}

/** A reply of Envoy's own with a text as body. */
export function envoyReply(statusCode: number, body: ByteString, details: ByteString): LocalReplySpec {
  return { statusCode, body: Buffer.from(body, "latin1"), details, headers: [] };
}

/** What Envoy says when the upstream's answer breaks its limits. */
export const upstreamProtocolError = envoyReply(
  502,
  "upstream connect error or disconnect/reset before headers. reset reason: protocol error",
  "upstream_reset_before_response_started{protocol_error}",
);
