import type { ConnectionManagerOptions } from "../http/connection-manager.js";
import type { Route, VirtualHost } from "../http/route/virtual-host.js";

/** The simulator's options in Envoy's words; what is absent is what makes runs reproducible (abi.md F.1). */
export function connectionManagerConfig(options: ConnectionManagerOptions): object {
  return {
    generate_request_id: options.generateRequestId ?? false,
    preserve_external_request_id: options.preserveExternalRequestId ?? true,
    always_set_request_id_in_response: options.alwaysSetRequestIdInResponse ?? false,
    server_header_transformation: options.serverHeaderTransformation ?? "PASS_THROUGH",
    server_name: options.serverName ?? "envoy",
    via: options.via ?? "",
    use_remote_address: options.useRemoteAddress ?? false,
    skip_xff_append: options.skipXffAppend ?? true,
    ...time("stream_idle_timeout", options.streamIdleTimeoutMs),
    ...time("request_timeout", options.requestTimeoutMs),
    ...time("request_headers_timeout", options.requestHeadersTimeoutMs),
    common_http_protocol_options: time("max_stream_duration", options.maxStreamDurationMs),
    http_protocol_options: {
      enable_trailers: options.enableTrailers ?? true,
      accept_http_10: options.acceptHttp10 ?? false,
      default_host_for_http_10: options.defaultHostForHttp10 ?? "",
    },
    http2_protocol_options: {
      allow_metadata: options.allowMetadata ?? false,
      ...(options.initialStreamWindowSize === undefined
        ? {}
        : { initial_stream_window_size: options.initialStreamWindowSize }),
    },
    proxy_100_continue: options.proxy100Continue ?? false,
    upgrade_configs: (options.upgradeTypes ?? []).map((type) => ({ upgrade_type: type })),
    max_request_headers_kb: options.maxRequestHeadersKb ?? 60,
  };
}

export function virtualHostConfig(host: VirtualHost, index: number): object {
  return {
    name: host.name ?? (index === 0 ? "all" : `all-${index}`),
    domains: host.domains ?? ["*"],
    routes: host.routes.map(routeConfig),
  };
}

function routeConfig({ name, match, route, directResponse, redirect }: Route): object {
  return {
    ...(name === undefined ? {} : { name }),
    match: {
      ...(match.path === undefined ? { prefix: match.prefix } : { path: match.path }),
      headers: Object.entries(match.headers ?? {}).map(([header, value]) => ({
        name: header,
        string_match: { exact: value },
      })),
    },
    ...(route === undefined
      ? {}
      : {
          route: {
            cluster: route.cluster,
            timeout: seconds(route.timeoutMs ?? 0),
            ...time("idle_timeout", route.idleTimeoutMs),
            ...(route.perTryTimeoutMs === undefined
              ? {}
              : { retry_policy: { per_try_timeout: seconds(route.perTryTimeoutMs), num_retries: 0 } }),
            ...(route.prefixRewrite === undefined ? {} : { prefix_rewrite: route.prefixRewrite }),
            ...(route.hostRewriteLiteral === undefined
              ? {}
              : { host_rewrite_literal: route.hostRewriteLiteral }),
          },
        }),
    ...(directResponse === undefined
      ? {}
      : {
          direct_response: {
            status: directResponse.status,
            ...(directResponse.body === undefined ? {} : { body: { inline_string: directResponse.body } }),
          },
        }),
    ...(redirect === undefined ? {} : { redirect: redirectConfig(redirect) }),
  };
}

const REDIRECT_CODES = {
  301: "MOVED_PERMANENTLY",
  302: "FOUND",
  303: "SEE_OTHER",
  307: "TEMPORARY_REDIRECT",
  308: "PERMANENT_REDIRECT",
} as const;

function redirectConfig(redirect: NonNullable<Route["redirect"]>): object {
  return {
    ...(redirect.httpsRedirect === undefined ? {} : { https_redirect: redirect.httpsRedirect }),
    ...(redirect.hostRedirect === undefined ? {} : { host_redirect: redirect.hostRedirect }),
    ...(redirect.pathRedirect === undefined ? {} : { path_redirect: redirect.pathRedirect }),
    response_code: REDIRECT_CODES[redirect.responseCode ?? 301],
  };
}

function time(field: string, milliseconds: number | undefined): object {
  if (milliseconds === undefined) return {};
  return { [field]: seconds(Number.isFinite(milliseconds) ? milliseconds : 0) };
}

const seconds = (milliseconds: number) => `${milliseconds / 1000}s`;

/** Every cluster that a route names. */
export function clustersOf(hosts: readonly VirtualHost[]): string[] {
  const names = hosts.flatMap(({ routes }) =>
    routes.flatMap(({ route }) => (route === undefined ? [] : [route.cluster])),
  );
  return [...new Set(names)];
}
