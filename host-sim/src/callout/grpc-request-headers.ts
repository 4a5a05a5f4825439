import { toBytes, type ByteString, type HeaderList, type HeaderPair } from "../byte-string.js";
import { lowerCase } from "../http/field-name.js";
import { HeaderMap } from "../http/header-map.js";

export interface GrpcRequestParts {
  readonly cluster: ByteString;
  readonly path: ByteString;
  readonly kind: "call" | "stream";
  readonly metadata: HeaderList;
  readonly timeoutMs: number;
}

/** What Envoy makes of the filter's metadata: values of `-bin` keys are base64 (abi.md E.1). */
export function grpcRequestHeaders(parts: GrpcRequestParts): HeaderList {
  const { cluster, path, kind, metadata, timeoutMs } = parts;
  const map = new HeaderMap("request headers", [
    [":method", "POST"],
    [":path", path],
    [":authority", cluster],
    [":scheme", "http"],
    ["te", "trailers"],
    ...(kind === "call" ? [["grpc-timeout", `${timeoutMs}m`] as const] : []),
    ["content-type", "application/grpc"],
    ...metadata.map(encoded),
    ["x-envoy-internal", "true"],
    ...(timeoutMs > 0 ? [["x-envoy-expected-rq-timeout-ms", String(timeoutMs)] as const] : []),
  ]);
  return map.pairs;
}

function encoded([name, value]: HeaderPair): HeaderPair {
  const key = lowerCase(name);
  return [key, key.endsWith("-bin") ? Buffer.from(toBytes(value)).toString("base64") : value];
}
