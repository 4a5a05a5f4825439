import type { ByteString } from "../byte-string.js";
import { grpcStatusOf } from "../callout/grpc-status.js";
import { HeaderMap } from "./header-map.js";
import type { LocalReplySpec } from "./stream-filter.js";

/** A client of gRPC hears of everything by a response without body that is 200 and says more (abi.md D.15, E.1). */
export function grpcReplyHeaders(reply: LocalReplySpec): HeaderMap {
  const map = new HeaderMap("response headers", [[":status", "200"]]);
  for (const [name, value] of reply.headers) map.add(name, value);
  map.setInPlace("content-type", "application/grpc");
  map.remove("content-length");
  map.setInPlace("grpc-status", String(reply.grpcStatus ?? grpcStatusOf(reply.statusCode)));
  if (reply.body.length > 0) map.setInPlace("grpc-message", percentEncoded(reply.body));
  return map;
}

/** gRPC over its own content type or a subtype of it. */
export function isGrpc(requestHeaders: HeaderMap | null): boolean {
  return /^application\/grpc(?:\+|$)/.test(requestHeaders?.get("content-type") ?? "");
}

/** As gRPC writes its messages: everything but printable ASCII, and `%` itself. */
function percentEncoded(bytes: Uint8Array): ByteString {
  return Array.from(bytes, (octet) =>
    octet >= 0x20 && octet <= 0x7e && octet !== 0x25
      ? String.fromCharCode(octet)
      : `%${octet.toString(16).toUpperCase().padStart(2, "0")}`,
  ).join("");
}

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
