import { type ByteString, firstValue, type HeaderList } from "../byte-string.js";
import type { EnvoyBehaviour } from "../envoy-versions.js";
import type { ConnectionManagerOptions } from "./connection-manager.js";
import type { RequestLine } from "./http1/decoder.js";
import { HeaderMap } from "./header-map.js";
import { asksForUpgrade } from "../recording/tunnel.js";

/*
 * The header rules of Envoy's HTTP connection manager (abi.md F.1). What it adds by itself is off unless the options of
 * `connection-manager.ts` turn it on.
 */

/** The request as the HTTP/1.1 codec gives it to the connection manager. */
export function requestHeaderMap(line: RequestLine, fields: HeaderList, isUpgrade = false): HeaderMap {
  const map = new HeaderMap("request headers");
  const absolute = absoluteForm(line.path);
  const host = line.method === "CONNECT" ? line.path : (absolute?.authority ?? firstValue(fields, "host"));
  if (host !== null) map.add(":authority", host);
  // Envoy keeps the order in which it learns them.
  if (absolute !== null) map.add(":scheme", absolute.scheme);
  if (line.method !== "CONNECT") map.add(":path", absolute?.path ?? line.path);
  map.add(":method", line.method);
  let hasHopByHop = false;
  for (const field of fields) {
    const [name] = field;
    if (name === "host") continue;
    map.addField(field);
    if (hopByHop.has(name)) hasHopByHop = true;
  }
  if (absolute === null)
    map.add(":scheme", firstValue(fields, "x-forwarded-proto") === "https" ? "https" : "http");
  if (hasHopByHop && !isUpgrade) {
    for (const name of nominatedByConnection(map)) map.remove(name);
    for (const name of hopByHop) map.remove(name);
  }
  return map;
}

/** `GET http://host/path`: a request as proxies get it (RFC 9112 §3.2.2); null: another form. */
export function absoluteForm(
  target: ByteString,
): { readonly scheme: string; readonly authority: ByteString; readonly path: ByteString } | null {
  const match = /^(https?):\/\/([^/?#]+)(.*)$/is.exec(target);
  if (match === null) return null;
  const [, scheme = "", authority = "", rest = ""] = match;
  return { scheme: scheme.toLowerCase(), authority, path: rest.startsWith("/") ? rest : `/${rest}` };
}

/** What only the process knows of a request's surroundings. */
export interface RequestSurroundings {
  /** The client's address without its port; asked for only where it is told. */
  readonly clientAddress: () => string;
  /** Another one for each call. */
  readonly requestId: () => string;
}

/** Makes of a request what the first filter sees. */
export function startRequestHeaders(
  map: HeaderMap,
  options: Required<ConnectionManagerOptions>,
  surroundings: RequestSurroundings,
): void {
  if (!map.has(":scheme")) map.add(":scheme", "http");
  if (hasProcessed(map)) {
    if (map.get("te") !== "trailers") map.remove("te");
    for (const name of fromOutside) map.remove(name);
  }
  if (options.useRemoteAddress) tellClientAddress(map, options, surroundings.clientAddress());
  if (!map.has("x-forwarded-proto")) map.add("x-forwarded-proto", "http");
  if (options.via !== "") appendVia(map, options.via);
  if (options.useRemoteAddress) map.setInPlace("x-envoy-external-address", surroundings.clientAddress());
  if (options.useRemoteAddress && !options.preserveExternalRequestId) map.remove("x-request-id");
  if (options.generateRequestId && !map.has("x-request-id"))
    map.add("x-request-id", surroundings.requestId());
}

/** Almost no request has any of them. */
function hasProcessed(map: HeaderMap): boolean {
  for (const [name] of map.pairs) if (processed.has(name)) return true;
  return false;
}

/** As the edge, Envoy believes nothing that the client says about itself. */
function tellClientAddress(
  map: HeaderMap,
  options: Required<ConnectionManagerOptions>,
  address: string,
): void {
  map.remove("x-envoy-original-path");
  if (!options.skipXffAppend) map.add("x-forwarded-for", address);
  map.setInPlace("x-forwarded-proto", "http");
}

function appendVia(map: HeaderMap, via: string): void {
  const before = map.get("via");
  map.setInPlace("via", before === null ? via : `${before}, ${via}`);
}

/** The response map that the first filter sees: what is hop-by-hop goes later, except what the codec drops. */
export function responseHeaderMap(status: number, fields: HeaderList, keepAliveShown: boolean): HeaderMap {
  const map = new HeaderMap("response headers", [[":status", String(status)]]);
  for (const field of fields) if (keepAliveShown || field[0] !== "keep-alive") map.addField(field);
  return map;
}

/** What is of one connection, in an interim answer. */
export function dropHopByHop(map: HeaderMap): void {
  for (const name of hopByHop) map.remove(name);
}

/** Turns the map that left the filters into the one that goes to the client. */
export function finishResponseHeaders(
  map: HeaderMap,
  about: {
    readonly date: () => string;
    readonly close: boolean;
    /** The request has asked for an upgrade. */
    readonly isUpgrade: boolean;
    readonly protocol: "HTTP/1.1" | "HTTP/2";
    readonly behaviour: EnvoyBehaviour;
    readonly requestId: () => ByteString | null;
    readonly options: Required<ConnectionManagerOptions>;
  },
): void {
  const { options } = about;
  const isUpgrade = about.isUpgrade && asksForUpgrade(map.pairs);
  if (!isUpgrade && map.pairs.some(([name]) => hopByHop.has(name)))
    for (const name of ofConnection) map.remove(name);
  const keepsKeepAlive = about.protocol === "HTTP/1.1" && about.behaviour.has("keep-alive-dropped-by-codec");
  if (!keepsKeepAlive) map.remove("keep-alive");
  if (!map.has("date")) map.add("date", about.date());
  const { serverHeaderTransformation, serverName } = options;
  if (serverHeaderTransformation === "OVERWRITE") map.setInPlace("server", serverName);
  else if (serverHeaderTransformation === "APPEND_IF_ABSENT" && !map.has("server"))
    map.add("server", serverName);
  const requestId = options.alwaysSetRequestIdInResponse ? about.requestId() : null;
  if (requestId !== null) map.setInPlace("x-request-id", requestId);
  if (options.via !== "") appendVia(map, options.via);
  if (about.close && !isUpgrade && about.protocol === "HTTP/1.1") map.setInPlace("connection", "close");
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

const hopByHop: ReadonlySet<ByteString> = new Set([...ofConnection, "keep-alive"]);

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
