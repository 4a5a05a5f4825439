import type { NodeIdentity } from "../envoy/plugin-properties.js";
import type { PluginConfig } from "../envoy/plugin-config.js";
import type { ConnectionManagerOptions } from "../http/connection-manager.js";
import type { VirtualHost } from "../http/route/virtual-host.js";
import { extensionPath } from "./extension-updates.js";
import { discoveryResponse } from "./file-update.js";
import { clustersOf, connectionManagerConfig, virtualHostConfig } from "./connection-manager.js";
import { accessLog, discoveringFilter, httpFilter, networkFilter, singleton } from "./plugin-resources.js";

/** Has the plugins for HTTP. */
export const FILTER_LISTENER = "filtered";
/** Has the plugins for TCP connections. */
export const TCP_LISTENER = "tcp";
/** Beside them, without plugins: warms the upstream pool and marks the log. */
export const SIDE_LISTENER = "side";

/** What the side listener writes into the log, between the lines of one stream and the next, on the worker's thread. */
export const MARK = "script log: mark ";

export interface BootstrapOptions {
  readonly plugins: readonly DeployedPlugin[];
  /** Where streams and connections go. */
  readonly upstreamPort: number;
  readonly upstreamProtocol: "HTTP/1.1" | "HTTP/2";
  /** What filters can call besides, by name. A cluster of a route that is not among them is the upstream too. */
  readonly clusters: ReadonlyMap<string, object>;
  readonly connectionManager: ConnectionManagerOptions;
  readonly virtualHosts: readonly VirtualHost[];
  /** Of the bootstrap itself. */
  readonly singletons: readonly DeployedPlugin[];
  readonly perConnectionBufferLimitBytes: number;
  readonly tcpConnectsOnData: boolean;
  readonly node: NodeIdentity;
  /** Gets a line for each stream and connection, in the form of `accessLogLine`. */
  readonly accessLogPath: string;
  /** Has the files of configurations that come by themselves. */
  readonly folder: string;
  /** The file that the listeners with plugins come from, so that they can be updated; null: they are static. */
  readonly listenersPath: string | null;
}

/** A plugin whose module lies in a file. */
export interface DeployedPlugin {
  readonly config: PluginConfig;
  readonly modulePath: string;
}

/**
 * A configuration under which the same requests give the same bytes, run after run (abi.md F.1): no request ids, no
 * header that tells a time, `date` fixed, the upstream's `server` left alone, trailers on. Envoy chooses the ports.
 */
export function bootstrap(options: BootstrapOptions): object {
  return {
    node: options.node,
    admin: { address: loopback(0) },
    static_resources: {
      listeners: [
        ...(options.listenersPath === null ? pluginListeners(options) : []),
        listener(SIDE_LISTENER, options, [manager(SIDE_LISTENER, {}, EVERYTHING_UPSTREAM, [MARKER])]),
      ],
      clusters: [
        ...upstreams(options).map((name) => cluster(name, options.upstreamPort, options)),
        ...options.clusters.values(),
      ],
    },
    bootstrap_extensions: options.singletons.map(singleton),
    ...(options.listenersPath === null
      ? {}
      : {
          dynamic_resources: {
            lds_config: { resource_api_version: "V3", path_config_source: { path: options.listenersPath } },
          },
        }),
  };
}

function pluginListeners(options: BootstrapOptions): object[] {
  return [
    listener(FILTER_LISTENER, options, [filteredManager(options)]),
    listener(TCP_LISTENER, options, tcpFilters(options)),
  ];
}

/** What the file of the listeners holds. */
export function listenersFile(options: BootstrapOptions, version: number): string {
  const resources = pluginListeners(options).map((one) => ({
    "@type": `${TYPE}envoy.config.listener.v3.Listener`,
    ...one,
  }));
  return discoveryResponse(version, resources);
}

function upstreams({ virtualHosts, clusters }: BootstrapOptions): string[] {
  return [...new Set(["upstream", ...clustersOf(virtualHosts)])].filter((name) => !clusters.has(name));
}

/** What Envoy speaks to a cluster. */
export interface ClusterProtocol {
  readonly upstreamProtocol: "HTTP/1.1" | "HTTP/2";
  readonly connectionManager: Pick<ConnectionManagerOptions, "allowMetadata" | "enableTrailers">;
}

/** A cluster of one host, or of none where the port is null. */
export function cluster(
  name: string,
  port: number | null,
  { upstreamProtocol, connectionManager }: ClusterProtocol,
): object {
  const { allowMetadata = false, enableTrailers = true } = connectionManager;
  return {
    name,
    typed_extension_protocol_options: {
      "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
        "@type": `${TYPE}envoy.extensions.upstreams.http.v3.HttpProtocolOptions`,
        explicit_http_config:
          upstreamProtocol === "HTTP/2"
            ? { http2_protocol_options: { allow_metadata: allowMetadata } }
            : { http_protocol_options: { enable_trailers: enableTrailers } },
      },
    },
    load_assignment: {
      cluster_name: name,
      endpoints: port === null ? [] : [{ lb_endpoints: [{ endpoint: { address: loopback(port) } }] }],
    },
  };
}

const TYPE = "type.googleapis.com/";

const loopback = (port: number) => ({ socket_address: { address: "127.0.0.1", port_value: port } });

/** Gives every response of an upstream that has no date the same one; `date` is then no clock on the wire. */
const FIXED_DATE = {
  name: "date",
  typed_config: {
    "@type": `${TYPE}envoy.extensions.filters.http.header_mutation.v3.HeaderMutation`,
    mutations: {
      response_mutations: [
        {
          append: {
            header: { key: "date", value: "Thu, 01 Jan 1970 00:00:00 GMT" },
            append_action: "ADD_IF_ABSENT",
          },
        },
      ],
    },
  },
};

const MARKER = {
  name: "mark",
  typed_config: {
    "@type": `${TYPE}envoy.extensions.filters.http.lua.v3.Lua`,
    default_source_code: {
      inline_string: `function envoy_on_request(stream) stream:logInfo("mark " .. stream:headers():get("x-mark")) end`,
    },
  },
};

function listener(name: string, options: BootstrapOptions, filters: readonly object[]): object {
  return {
    name,
    address: loopback(0),
    per_connection_buffer_limit_bytes: options.perConnectionBufferLimitBytes,
    filter_chains: [{ filters }],
  };
}

function filteredManager(options: BootstrapOptions): object {
  const { plugins, virtualHosts, connectionManager } = options;
  const ofKind = (kind: PluginConfig["kind"]) =>
    plugins.filter(({ config }) => (config.kind ?? "http") === kind);
  const date = connectionManager.fixDate === false ? [] : [FIXED_DATE];
  return manager(
    FILTER_LISTENER,
    connectionManager,
    virtualHosts.length === 0 ? EVERYTHING_UPSTREAM : virtualHosts,
    [...date, ...ofKind("http").map((plugin) => chainFilter(plugin, options.folder))],
    [...ofKind("access-logger").map(accessLog), fileAccessLog(options.accessLogPath)],
  );
}

function chainFilter(plugin: DeployedPlugin, folder: string): object {
  const { name, configDiscovery } = plugin.config;
  return configDiscovery === true
    ? discoveringFilter(plugin, extensionPath(folder, name))
    : httpFilter(plugin);
}

const EVERYTHING_UPSTREAM: readonly VirtualHost[] = [
  { routes: [{ match: { prefix: "/" }, route: { cluster: "upstream" } }] },
];

function manager(
  name: string,
  options: ConnectionManagerOptions,
  virtualHosts: readonly VirtualHost[],
  filters: readonly object[],
  accessLogs: readonly object[] = [],
): object {
  return {
    name: "hcm",
    typed_config: {
      "@type": `${TYPE}envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager`,
      stat_prefix: name,
      ...connectionManagerConfig(options),
      access_log: accessLogs,
      route_config: { virtual_hosts: virtualHosts.map(virtualHostConfig) },
      http_filters: [
        ...filters,
        {
          name: "router",
          typed_config: {
            "@type": `${TYPE}envoy.extensions.filters.http.router.v3.Router`,
            suppress_envoy_headers: options.suppressEnvoyHeaders ?? true,
          },
        },
      ],
    },
  };
}

function tcpFilters(options: BootstrapOptions): object[] {
  return [
    ...options.plugins.filter(({ config }) => config.kind === "network").map(networkFilter),
    {
      name: "tcp",
      typed_config: {
        "@type": `${TYPE}envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy`,
        stat_prefix: TCP_LISTENER,
        cluster: "upstream",
        access_log: [
          ...options.plugins.filter(({ config }) => config.kind === "access-logger").map(accessLog),
          fileAccessLog(options.accessLogPath),
        ],
        ...(options.tcpConnectsOnData
          ? { max_early_data_bytes: 65_536, upstream_connect_mode: "ON_DOWNSTREAM_DATA" }
          : {}),
      },
    },
  ];
}

function fileAccessLog(path: string): object {
  return {
    name: "file",
    typed_config: {
      "@type": `${TYPE}envoy.extensions.access_loggers.file.v3.FileAccessLog`,
      path,
      log_format: { text_format_source: { inline_string: accessLogFormat } },
    },
  };
}

/** What became of a stream or a connection, in Envoy's words: response code details, then the cluster. */
export const accessLogFormat = "%RESPONSE_CODE_DETAILS% %UPSTREAM_CLUSTER_RAW%\n";
