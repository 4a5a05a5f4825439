import { type ByteString, firstValue, type HeaderList } from "../../byte-string.js";
import type { Rejection } from "../codec.js";
import { absoluteForm, requestHeaderMap } from "../connection-manager-headers.js";
import { HeaderMap } from "../header-map.js";
import { envoyReply } from "../local-reply.js";
import type { LocalReplySpec } from "../stream-filter.js";
import { asksForUpgrade } from "../../recording/tunnel.js";
import { isAllowedUpgrade } from "../upgrade.js";
import type { RequestLine } from "./decoder.js";

/** Envoy's limit on the number of header fields, in both directions. */
export const maximumFields = 100;

/** Whether Envoy's codec or connection manager turns a request away, and how (abi.md F.1). */
export function rejectRequest(
  line: RequestLine,
  fields: HeaderList,
  maximumHeaderBytes = 60 * 1024,
  upgradeTypes: readonly string[] = [],
): Rejection | null {
  const malformed = codecProblem(line, fields, maximumHeaderBytes);
  if (malformed !== null)
    return { kind: "malformed", reply: malformed, headers: new HeaderMap("request headers") };
  const refused = refusal(line, fields);
  if (refused !== null) return { kind: "refused", reply: refused, headers: unprocessed(line, fields) };
  if (!asksForUpgrade(fields) || isAllowedUpgrade(fields, upgradeTypes)) return null;
  const headers = requestHeaderMap(line, fields);
  // The log shows them where the filters of an accepted upgrade would: in front of what Envoy adds.
  for (const [name, value] of fields)
    if (name === "connection" || name === "upgrade") headers.add(name, value);
  if (!headers.has("x-forwarded-proto")) headers.add("x-forwarded-proto", "http");
  return { kind: "upgrade", reply: envoyReply(403, "", "upgrade_failed"), headers };
}

function codecProblem(
  line: RequestLine,
  fields: HeaderList,
  maximumHeaderBytes: number,
): LocalReplySpec | null {
  let bytes = 0;
  for (const [name, value] of fields) bytes += name.length + value.length;
  if (fields.length > maximumFields || bytes > maximumHeaderBytes) {
    const details = bytes > maximumHeaderBytes ? "http1.headers_too_large" : "http1.too_many_headers";
    return envoyReply(431, "Request Header Fields Too Large", details);
  }
  if (!methods.has(line.method)) return envoyReply(400, "Bad Request", "http1.codec_error");
  let encodings = 0;
  for (const [name, value] of fields)
    if (name === "transfer-encoding") encodings += value.toLowerCase() === "chunked" ? 1 : 2;
  if (encodings > 1) return envoyReply(501, "Not Implemented", "http1.invalid_transfer_encoding");
  const target = targetProblem(line);
  if (target !== null) return envoyReply(400, "Bad Request", target);
  const host = firstValue(fields, "host") ?? "";
  if (!/^[A-Za-z0-9\-._~%!$&'()*+,;=:@[\]]*$/.test(host)) {
    return envoyReply(400, "Bad Request", "http.invalid_authority");
  }
  return null;
}

/** The words of Envoy for a request target that is none (RFC 9112 §3.2). */
function targetProblem({ method, path }: RequestLine): string | null {
  if (!/^[\x21-\x7e]+$/.test(path)) return "http1.codec_error";
  if (method === "CONNECT") return path.startsWith("/") || path === "*" ? "http1.invalid_url" : null;
  if (path.startsWith("/") || absoluteForm(path) !== null) return null;
  if (path === "*") return method === "OPTIONS" ? null : "http1.invalid_url";
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(path) ? "http1.invalid_scheme" : "http1.codec_error";
}

/** What Envoy's parser takes for a method. */
const methods: ReadonlySet<string> = new Set(
  (
    "ACL BIND CHECKOUT CONNECT COPY DELETE GET HEAD LINK LOCK M-SEARCH MERGE MKACTIVITY MKCALENDAR MKCOL MOVE NOTIFY OPTIONS " +
    "PATCH POST PROPFIND PROPPATCH PURGE PUT REBIND REPORT SEARCH SOURCE SUBSCRIBE TRACE UNBIND UNLINK UNLOCK UNSUBSCRIBE"
  ).split(" "),
);

function refusal(line: RequestLine, fields: HeaderList): LocalReplySpec | null {
  if (!has(fields, "host")) return envoyReply(400, "", "missing_host_header");
  if (line.path === "*") return envoyReply(404, "", "absolute_path_rejected");
  if (line.path.includes("#")) return envoyReply(400, "", "path_normalization_failed");
  return null;
}

/** The map before the connection manager has worked on it. */
function unprocessed(line: RequestLine, fields: HeaderList): HeaderMap {
  const host = fields.filter(([name]) => name === "host").map(([, value]) => [":authority", value] as const);
  const rest = fields.filter(([name]) => name !== "host");
  return new HeaderMap("request headers", [...host, [":path", line.path], [":method", line.method], ...rest]);
}

function has(fields: HeaderList, name: ByteString): boolean {
  return fields.some(([key]) => key === name);
}
