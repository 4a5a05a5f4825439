import { encodePairs } from "../abi/pairs.js";
import { Status } from "../abi/enums.js";
import { answer, refuse, type Answer } from "../abi/host-context.js";
import { toBytes, type ByteString, type HeaderPair } from "../byte-string.js";
import { UnmodelledPropertyError } from "../errors.js";
import type { HeaderMap } from "../http/header-map.js";
import type { FinalMaps } from "../http/stream-filter.js";
import type { StreamInfo } from "../http/stream-info.js";
import { grpcStatusOf } from "../callout/grpc-status.js";
import { givenProperty } from "./given-properties.js";
import { outsideProperty } from "./outside-properties.js";
import { integerBytes } from "./property-path.js";
import { serialized } from "./property-value.js";

/**
 * Properties of a stream (abi.md 6.2). What the current phase does not show answers NotFound as in Envoy; what exists
 * in Envoy and cannot be known here throws.
 */
export function streamProperty(
  segments: readonly ByteString[],
  info: StreamInfo,
  maps: FinalMaps,
  phase: "running" | "logging",
): Answer<Uint8Array> {
  const [object = "", name] = segments;
  const scope: PropertyScope = { info, maps, phase, segments };
  switch (object) {
    case "request":
      return name === undefined ? refuse(Status.SerializationFailure) : requestProperty(name, scope);
    case "response":
      return name === undefined ? refuse(Status.SerializationFailure) : responseProperty(name, scope);
    case "connection_id":
      return name === undefined ? answer(integerBytes(info.connectionId)) : refuse(Status.NotFound);
    case "connection":
    case "source":
    case "destination":
    case "upstream":
    case "upstream_filter_state":
    case "metadata":
    case "xds":
      return outsideProperty(segments, info);
    case "filter_state":
      return name === undefined ? refuse(Status.SerializationFailure) : filterState(name, scope, 2);
    default:
      return filterState(`wasm.${object}`, scope, 1);
  }
}

interface PropertyScope {
  readonly info: StreamInfo;
  readonly maps: FinalMaps;
  readonly phase: "running" | "logging";
  readonly segments: readonly ByteString[];
}

function requestProperty(name: ByteString, scope: PropertyScope): Answer<Uint8Array> {
  const { info, maps } = scope;
  if (leadsNowhere(name, scope)) return refuse(Status.NotFound);
  const headers = maps.requestHeaders;
  const path = headers?.get(":path") ?? null;
  const queryStart = path?.indexOf("?") ?? -1;
  switch (name) {
    case "path":
      return text(path);
    case "url_path":
      return text(path === null || queryStart < 0 ? path : path.slice(0, queryStart));
    case "query":
      return text(path === null ? null : queryStart < 0 ? "" : path.slice(queryStart + 1));
    case "host":
      return text(headers?.get(":authority") ?? null);
    case "scheme":
      return text(headers?.get(":scheme") ?? null);
    case "method":
      return text(headers?.get(":method") ?? null);
    case "referer":
      return text(headers?.get("referer") ?? null);
    case "useragent":
      return text(headers?.get("user-agent") ?? null);
    case "id":
      return text(headers?.get("x-request-id") ?? null);
    case "headers":
      return headerProperty(headers, scope);
    case "headers_bytes":
      return info.behaviour.has("headers-bytes")
        ? answer(integerBytes(headers?.byteSize ?? 0))
        : refuse(Status.NotFound);
    case "size":
      return answer(integerBytes(announcedSize(headers) ?? info.requestBodyBytes));
    case "total_size":
      return answer(integerBytes(info.requestBodyBytes + (headers?.byteSize ?? 0)));
    case "protocol":
      return text(info.protocol);
    case "time":
      return answer(integerBytes(info.startTime));
    case "duration":
      if (scope.phase === "running") return refuse(Status.NotFound);
      return answer(integerBytes(info.clock.wallNanoseconds() - info.startTime));
    default:
      return refuse(Status.NotFound);
  }
}

/** Only maps have something below them. */
function leadsNowhere(name: ByteString, { segments }: PropertyScope): boolean {
  return segments.length > 3 || (segments.length === 3 && name !== "headers" && name !== "trailers");
}

function responseProperty(name: ByteString, scope: PropertyScope): Answer<Uint8Array> {
  const { info, maps } = scope;
  if (leadsNowhere(name, scope)) return refuse(Status.NotFound);
  const headers = maps.responseHeaders;
  switch (name) {
    case "code":
      return info.responseCode === null ? refuse(Status.NotFound) : answer(integerBytes(info.responseCode));
    case "code_details":
      return text(info.responseCodeDetails);
    case "flags":
      return answer(integerBytes(info.responseFlags));
    case "headers":
      return headerProperty(headers, scope);
    case "headers_bytes":
      return info.behaviour.has("headers-bytes")
        ? answer(integerBytes(headers?.byteSize ?? 0))
        : refuse(Status.NotFound);
    case "trailers":
      return headerProperty(maps.responseTrailers, scope);
    case "size":
      return answer(integerBytes(info.responseBodyBytes));
    case "total_size":
      return answer(
        integerBytes(
          info.responseBodyBytes + (headers?.byteSize ?? 0) + (maps.responseTrailers?.byteSize ?? 0),
        ),
      );
    case "grpc_status":
      return grpcStatus(info, maps);
    case "backend_latency":
      return scope.phase === "running" ? refuse(Status.NotFound) : unmodelled(scope);
    default:
      return refuse(Status.NotFound);
  }
}

/** What trailers or headers say, else what gRPC makes of the HTTP status. */
function grpcStatus({ responseCode }: StreamInfo, maps: FinalMaps): Answer<Uint8Array> {
  const written = maps.responseTrailers?.get("grpc-status") ?? maps.responseHeaders?.get("grpc-status") ?? "";
  if (/^\d{1,9}$/.test(written)) return answer(integerBytes(Number(written)));
  return responseCode === null ? refuse(Status.NotFound) : answer(integerBytes(grpcStatusOf(responseCode)));
}

/**
 * A whole map, empty when it is not there, or one header; the values of a repeated header are joined with commas.
 * Envoy's map comes in the order of a hash table, which nothing outside Envoy can tell; here it is the wire's.
 */
function headerProperty(headers: HeaderMap | null, { segments }: PropertyScope): Answer<Uint8Array> {
  const [, , header] = segments;
  if (header === undefined) return answer(encodePairs(joinedPairs(headers)));
  const values = headers?.getAll(header) ?? [];
  return text(values.length === 0 ? null : values.join(","));
}

/** In the whole map too a repeated name is one entry. */
function joinedPairs(headers: HeaderMap | null): HeaderPair[] {
  const names = new Set(headers?.pairs.map(([name]) => name));
  return [...names].map((name) => [name, headers?.getAll(name).join(",") ?? ""]);
}

/** What content-length says counts before what has come. */
function announcedSize(headers: HeaderMap | null): number | null {
  const value = headers?.get("content-length") ?? null;
  return value !== null && /^\d{1,15}$/.test(value) ? Number(value) : null;
}

function filterState(key: ByteString, scope: PropertyScope, depth: number): Answer<Uint8Array> {
  const object = scope.info.filterState.get(key);
  if (object === undefined || object.value === null) return refuse(Status.NotFound);
  if (object.value === "unmodelled" || scope.segments.length !== depth) return unmodelled(scope);
  return answer(object.value);
}

function text(value: ByteString | null): Answer<Uint8Array> {
  return value === null ? refuse(Status.NotFound) : answer(toBytes(value));
}

/** The value that the test gave, or none: it is never invented. */
function unmodelled({ segments, info }: PropertyScope): Answer<Uint8Array> {
  const given = givenProperty(info.givenProperties, segments);
  if (given === undefined) throw new UnmodelledPropertyError(segments.join("."));
  return serialized(given);
}
