import type { ConnectionManagerOptions, PluginConfig, VirtualHost, Configuration } from "as-proxy-wasm-sim";

import { clustersOf, connectionManagerConfig, virtualHostConfig } from "./connection-manager.js";

/** The listener beside the filter's, without the filter, that warms the upstream pool and marks the log. */
export const SIDE_LISTENER = "side";
export const FILTER_LISTENER = "filtered";

/** What the side listener writes into the log, between the lines of one stream and the next, on the worker's thread. */
export const MARK = "script log: mark ";

export interface BootstrapOptions {
  readonly plugins: readonly PluginConfig[];
  /** The paths of the plugins' modules, in the same order. */
  readonly modulePaths: readonly string[];
  readonly upstreamPort: number;
  readonly upstreamProtocol?: "HTTP/1.1" | "HTTP/2" | undefined;
  readonly perConnectionBufferLimitBytes: number;
  readonly connectionManager?: ConnectionManagerOptions | undefined;
  readonly virtualHosts?: readonly VirtualHost[] | undefined;
  /** Clusters of routes that cannot be had; all others are the upstream. */
  readonly brokenClusters?: Readonly<Record<string, "unreachable" | "no healthy host">> | undefined;
  /** Where nobody listens. */
  readonly deadPort: number;
}

const EVERYTHING_UPSTREAM: readonly VirtualHost[] = [
  { routes: [{ match: { prefix: "/" }, route: { cluster: "upstream" } }] },
];

/**
 * A configuration under which the same requests give the same bytes, run after run (abi.md F.1): no request ids, no
 * header that tells a time, `date` fixed, the upstream's `server` left alone, trailers on. Envoy chooses the ports.
 */
export function bootstrap(options: BootstrapOptions): object {
  const plugins = options.plugins.map((plugin, index) =>
    wasmFilter(plugin, options.modulePaths[index] ?? ""),
  );
  return {
    node: { id: "sim", cluster: "sim" },
    admin: { address: loopback(0) },
    static_resources: {
      listeners: [
        listener(FILTER_LISTENER, options, [
          ...(options.connectionManager?.fixDate === false ? [] : [FIXED_DATE]),
          ...plugins,
        ]),
        listener(SIDE_LISTENER, { ...options, connectionManager: {}, virtualHosts: undefined }, [MARKER]),
      ],
      clusters: [
        "upstream",
        ...clustersOf(options.virtualHosts ?? []).filter((name) => name !== "upstream"),
      ].map((name) => cluster(name, options)),
    },
  };
}

function cluster(name: string, options: BootstrapOptions): object {
  const failure = options.brokenClusters?.[name];
  const port = failure === "unreachable" ? options.deadPort : options.upstreamPort;
  return {
    name,
    typed_extension_protocol_options: {
      "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
        "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
        explicit_http_config:
          options.upstreamProtocol === "HTTP/2"
            ? {
                http2_protocol_options: { allow_metadata: options.connectionManager?.allowMetadata ?? false },
              }
            : {
                http_protocol_options: { enable_trailers: options.connectionManager?.enableTrailers ?? true },
              },
      },
    },
    load_assignment: {
      cluster_name: name,
      endpoints:
        failure === "no healthy host" ? [] : [{ lb_endpoints: [{ endpoint: { address: loopback(port) } }] }],
    },
  };
}

const loopback = (port: number) => ({ socket_address: { address: "127.0.0.1", port_value: port } });

/** Gives every response of an upstream that has no date the same one; `date` is then no clock on the wire. */
const FIXED_DATE = {
  name: "date",
  typed_config: {
    "@type": "type.googleapis.com/envoy.extensions.filters.http.header_mutation.v3.HeaderMutation",
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
    "@type": "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua",
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
    filter_chains: [
      {
        filters: [
          {
            name: "hcm",
            typed_config: {
              "@type":
                "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
              stat_prefix: name,
              ...connectionManagerConfig(options.connectionManager ?? {}),
              route_config: {
                virtual_hosts: (options.virtualHosts ?? EVERYTHING_UPSTREAM).map(virtualHostConfig),
              },
              http_filters: [
                ...filters,
                {
                  name: "router",
                  typed_config: {
                    "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router",
                    suppress_envoy_headers: options.connectionManager?.suppressEnvoyHeaders ?? true,
                  },
                },
              ],
            },
          },
        ],
      },
    ],
  };
}

function wasmFilter(plugin: PluginConfig, modulePath: string): object {
  return {
    name: plugin.name,
    typed_config: {
      "@type": "type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm",
      config: {
        name: plugin.name,
        root_id: plugin.rootId,
        vm_config: {
          vm_id: plugin.vmConfig.vmId,
          runtime: "envoy.wasm.runtime.v8",
          code: { local: { filename: modulePath } },
          ...configuration(plugin.vmConfig.configuration),
          environment_variables: { key_values: plugin.vmConfig.environmentVariables ?? {} },
        },
        ...configuration(plugin.configuration),
        allow_on_headers_stop_iteration: plugin.allowOnHeadersStopIteration,
      },
    },
  };
}

/** A Struct as it is, anything else as BytesValue, which arrives unwrapped and can hold any octets (abi.md 5.2). */
function configuration(value: Configuration | null): object {
  if (value === null) return {};
  if (typeof value === "object" && "struct" in value)
    return { configuration: { "@type": "type.googleapis.com/google.protobuf.Struct", value: value.struct } };
  return {
    configuration: {
      "@type": "type.googleapis.com/google.protobuf.BytesValue",
      value: Buffer.from(value).toString("base64"),
    },
  };
}
