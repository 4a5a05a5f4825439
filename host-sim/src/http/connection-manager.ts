import { SimulatorError } from "../errors.js";

/**
 * What Envoy's HTTP connection manager does besides running filters, by the names of its fields
 * (`envoy.extensions.filters.network.http_connection_manager.v3`); times are simulated milliseconds. The defaults are
 * not Envoy's: with them the same stream gives the same bytes, run after run.
 */
export interface ConnectionManagerOptions {
  /** Adds `x-request-id` to requests without one: a UUID made from the process's `seed`. Default false. */
  readonly generateRequestId?: boolean;
  /** Keeps an `x-request-id` that came from outside. Default true. */
  readonly preserveExternalRequestId?: boolean;
  /** Default false. */
  readonly alwaysSetRequestIdInResponse?: boolean;
  /** What becomes of the upstream's `server` header. Default PASS_THROUGH. */
  readonly serverHeaderTransformation?: "OVERWRITE" | "APPEND_IF_ABSENT" | "PASS_THROUGH";
  /** Default `envoy`. */
  readonly serverName?: string;
  /** Appended to `via` in both directions. Default: none. */
  readonly via?: string;
  /** Envoy is the edge: it tells the client's address and trusts no header about it. Default false. */
  readonly useRemoteAddress?: boolean;
  /** Default true. */
  readonly skipXffAppend?: boolean;
  /** Without anything happening on a stream. Default: none. */
  readonly streamIdleTimeoutMs?: number;
  /** Until the whole request has come. Default: none. */
  readonly requestTimeoutMs?: number;
  /** Until the headers have come; here they always come at once. Default: none. */
  readonly requestHeadersTimeoutMs?: number;
  /** Of the whole stream (`common_http_protocol_options.max_stream_duration`). Default: none. */
  readonly maxStreamDurationMs?: number;
  /** `http2_protocol_options`: also the buffer limit of filters for clients of HTTP/2. Default 16 MiB. */
  readonly initialStreamWindowSize?: number;
  /** `http2_protocol_options.allow_metadata`, on both sides. Default false. */
  readonly allowMetadata?: boolean;
  /** `http_protocol_options.accept_http_10`. Default false. */
  readonly acceptHttp10?: boolean;
  /** `http_protocol_options.default_host_for_http_10`. Default: none. */
  readonly defaultHostForHttp10?: string;
  /** `http_protocol_options.enable_trailers`, on both sides. Default true. */
  readonly enableTrailers?: boolean;
  /** Lets the upstream answer `expect: 100-continue`, and passes its first interim answer on. Default false. */
  readonly proxy100Continue?: boolean;
  /** `upgrade_configs`: the types that are let through, such as `websocket`, from HTTP/1.1 to HTTP/1.1. Default: none. */
  readonly upgradeTypes?: readonly string[];
  /** Default 60. */
  readonly maxRequestHeadersKb?: number;
  /** Of the router: no `x-envoy-…` is added. Default true. */
  readonly suppressEnvoyHeaders?: boolean;
  /** Gives every response that passes the filters a fixed `date` if it has none, by a filter in front of all. Default true. */
  readonly fixDate?: boolean;
}

/** Throws `ERR_OPTIONS` for what only a real Envoy does. */
export function checkModelled(
  options: Required<ConnectionManagerOptions>,
  upstreamProtocol: "HTTP/1.1" | "HTTP/2" = "HTTP/1.1",
): void {
  const unmodelled = options.allowMetadata
    ? "allowMetadata"
    : options.acceptHttp10
      ? "acceptHttp10"
      : options.upgradeTypes.length > 0 && upstreamProtocol === "HTTP/2"
        ? "upgradeTypes with an upstream of HTTP/2"
        : null;
  if (unmodelled === null) return;
  throw new SimulatorError(
    "ERR_OPTIONS",
    `The simulator does not model connectionManager.${unmodelled}.`,
    "Leave it out, or run the streams in a real Envoy (RealEnvoy).",
  );
}

export function connectionManagerDefaults(
  options: ConnectionManagerOptions,
): Required<ConnectionManagerOptions> {
  return {
    generateRequestId: false,
    preserveExternalRequestId: true,
    alwaysSetRequestIdInResponse: false,
    serverHeaderTransformation: "PASS_THROUGH",
    serverName: "envoy",
    via: "",
    useRemoteAddress: false,
    skipXffAppend: true,
    streamIdleTimeoutMs: Infinity,
    requestTimeoutMs: Infinity,
    requestHeadersTimeoutMs: Infinity,
    maxStreamDurationMs: Infinity,
    initialStreamWindowSize: 16 * 1024 * 1024,
    allowMetadata: false,
    acceptHttp10: false,
    defaultHostForHttp10: "",
    enableTrailers: true,
    proxy100Continue: false,
    upgradeTypes: [],
    maxRequestHeadersKb: 60,
    suppressEnvoyHeaders: true,
    fixDate: true,
    ...options,
  };
}
