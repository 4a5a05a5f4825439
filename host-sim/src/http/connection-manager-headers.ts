import { type ByteString, firstValue, type HeaderList } from "../byte-string.js";
import type { EnvoyBehaviour } from "../envoy-versions.js";
import type { RequestLine } from "./http1/decoder.js";
import { HeaderMap } from "./header-map.js";

/*
 * The header rules of Envoy's HTTP connection manager, configured so that nothing varies from run to run:
 * generate_request_id false, server_header_transformation PASS_THROUGH, skip_xff_append true (abi.md F.1).
 */

/** The request map that the first filter sees. */
export function requestHeaderMap(line: RequestLine, fields: HeaderList): HeaderMap {
  const host = firstValue(fields, "host");
  const forwardedProto = firstValue(fields, "x-forwarded-proto");
  const map = new HeaderMap("request headers");
  if (host !== null) map.add(":authority", host);
  map.add(":path", line.path);
  map.add(":method", line.method);
  let hasProcessed = false;
  for (const [name, value] of fields) {
    if (name === "host") continue;
    map.add(name, value);
    if (processed.has(name)) hasProcessed = true;
  }
  map.add(":scheme", forwardedProto === "https" ? "https" : "http");
  if (hasProcessed) removeProcessed(map, fields);
  if (!map.has("x-forwarded-proto")) map.add("x-forwarded-proto", "http");
  return map;
}

/** What is for Envoy itself, or for this connection alone, is not for the filters. */
function removeProcessed(map: HeaderMap, fields: HeaderList): void {
  for (const name of nominatedByConnection(map)) map.remove(name);
  for (const name of hopByHop) map.remove(name);
  // Envoy itself has answered it with an interim response.
  if (asksForContinue(fields)) map.remove("expect");
  if (map.get("te") !== "trailers") map.remove("te");
  for (const name of fromOutside) map.remove(name);
}

/** The response map that the first filter sees: what is hop-by-hop goes later, except what the codec drops. */
export function responseHeaderMap(status: number, fields: HeaderList, behaviour: EnvoyBehaviour): HeaderMap {
  const map = new HeaderMap("response headers", [[":status", String(status)]]);
  const dropped = behaviour.has("keep-alive-dropped-by-codec") ? "keep-alive" : null;
  for (const [name, value] of fields) if (name !== dropped) map.add(name, value);
  return map;
}

/** Turns the map that left the filters into the one that goes to the client. */
export function finishResponseHeaders(
  map: HeaderMap,
  options: { readonly date: () => string; readonly close: boolean; readonly behaviour: EnvoyBehaviour },
): void {
  for (const name of ofConnection) map.remove(name);
  if (!options.behaviour.has("keep-alive-dropped-by-codec")) map.remove("keep-alive");
  if (!map.has("date")) map.add("date", options.date());
  if (options.close) map.setInPlace("connection", "close");
}

/** The time in a `date` header (RFC 9110 §5.6.7). */
export function httpDate(nanoseconds: bigint): string {
  return new Date(Number(nanoseconds / 1_000_000n)).toUTCString();
}

/** The client wants to hear `100 Continue` before it sends the body (RFC 9110 §10.1.1). */
export function asksForContinue(fields: HeaderList): boolean {
  for (const [name, value] of fields)
    if (name === "expect" && value.toLowerCase() === "100-continue") return true;
  return false;
}

function nominatedByConnection(map: HeaderMap): ByteString[] {
  return (map.get("connection") ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "" && name !== "close" && name !== "keep-alive" && !name.startsWith(":"));
}

const ofConnection = ["connection", "proxy-connection", "transfer-encoding", "upgrade"];

const hopByHop = ["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"];

/** Headers by which Envoy is told what to do; a client outside may not use them. */
const fromOutside = [
  "x-envoy-expected-rq-timeout-ms",
  "x-envoy-force-trace",
  "x-envoy-hedge-on-per-try-timeout",
  "x-envoy-internal",
  "x-envoy-ip-tags",
  "x-envoy-max-retries",
  "x-envoy-original-url",
  "x-envoy-retriable-header-names",
  "x-envoy-retriable-status-codes",
  "x-envoy-retry-grpc-on",
  "x-envoy-retry-on",
  "x-envoy-upstream-alt-stat-name",
  "x-envoy-upstream-rq-per-try-timeout-ms",
  "x-envoy-upstream-rq-timeout-alt-response",
  "x-envoy-upstream-rq-timeout-ms",
  "x-forwarded-client-cert",
];

/** Any of these makes a request one that Envoy has to work on. */
const processed: ReadonlySet<ByteString> = new Set([...hopByHop, ...fromOutside, "expect", "te"]);
