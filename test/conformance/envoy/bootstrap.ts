import type { Configuration, PluginConfig } from "as-proxy-wasm-sim";

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
}

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
        listener(FILTER_LISTENER, options.perConnectionBufferLimitBytes, [FIXED_DATE, ...plugins]),
        listener(SIDE_LISTENER, options.perConnectionBufferLimitBytes, [MARKER]),
      ],
      clusters: [
        {
          name: "upstream",
          typed_extension_protocol_options: {
            "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
              "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
              explicit_http_config:
                options.upstreamProtocol === "HTTP/2"
                  ? { http2_protocol_options: {} }
                  : { http_protocol_options: { enable_trailers: true } },
            },
          },
          load_assignment: {
            cluster_name: "upstream",
            endpoints: [{ lb_endpoints: [{ endpoint: { address: loopback(options.upstreamPort) } }] }],
          },
        },
      ],
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

function listener(name: string, limit: number, filters: readonly object[]): object {
  return {
    name,
    address: loopback(0),
    per_connection_buffer_limit_bytes: limit,
    filter_chains: [
      {
        filters: [
          {
            name: "hcm",
            typed_config: {
              "@type":
                "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
              stat_prefix: name,
              generate_request_id: false,
              preserve_external_request_id: true,
              server_header_transformation: "PASS_THROUGH",
              skip_xff_append: true,
              http_protocol_options: { enable_trailers: true },
              route_config: {
                virtual_hosts: [
                  {
                    name: "all",
                    domains: ["*"],
                    routes: [{ match: { prefix: "/" }, route: { cluster: "upstream", timeout: "0s" } }],
                  },
                ],
              },
              http_filters: [
                ...filters,
                {
                  name: "router",
                  typed_config: {
                    "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router",
                    suppress_envoy_headers: true,
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
