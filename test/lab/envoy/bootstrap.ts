import { join } from "node:path";

import type {
  Cluster,
  EnvoyDescription,
  HttpFilterEntry,
  HttpListener,
  Listener,
  PluginConfiguration,
  TcpListener,
  WasmPlugin,
} from "./description.js";

const TYPE = "type.googleapis.com/";

/** Where a plugin that can be updated has its configuration. */
export const extensionFile = (folder: string, name: string) => join(folder, `${name}.ecds.json`);

/** Where the listeners are when they can be updated. */
export const listenersFile = (folder: string) => join(folder, "lds.json");

/** Envoy's bootstrap; `folder` is where its dynamic parts are. */
export function bootstrap(description: EnvoyDescription, folder: string): object {
  return {
    node: { id: "lab", cluster: "lab" },
    admin: { address: loopback(0) },
    static_resources: {
      listeners: description.dynamicListeners
        ? []
        : description.listeners.map((listener) => listenerOf(listener, folder)),
      clusters: (description.clusters ?? []).map(clusterResource),
    },
    ...(description.dynamicListeners
      ? {
          dynamic_resources: {
            lds_config: { resource_api_version: "V3", path_config_source: { path: listenersFile(folder) } },
          },
        }
      : {}),
    bootstrap_extensions: (description.singletons ?? []).map((plugin) => ({
      name: "envoy.bootstrap.wasm",
      typed_config: {
        "@type": `${TYPE}envoy.extensions.wasm.v3.WasmService`,
        singleton: true,
        config: pluginConfig(plugin),
      },
    })),
    ...description.bootstrap,
  };
}

/** A file of the xDS kind; Envoy reads it again when another one is renamed onto it. */
export function discoveryResponse(version: number, resources: readonly object[]): string {
  return JSON.stringify({ version_info: `${version}`, resources });
}

export function listenerResource(listener: Listener, folder: string): object {
  return { "@type": `${TYPE}envoy.config.listener.v3.Listener`, ...listenerOf(listener, folder) };
}

function listenerOf(listener: Listener, folder: string): object {
  return {
    name: listener.name,
    address: loopback(0),
    ...(listener.bufferLimitBytes === undefined
      ? {}
      : { per_connection_buffer_limit_bytes: listener.bufferLimitBytes }),
    filter_chains: [
      { filters: listener.kind === "http" ? [connectionManager(listener, folder)] : tcpFilters(listener) },
    ],
  };
}

export function extensionResource(plugin: WasmPlugin): object {
  return { "@type": `${TYPE}envoy.config.core.v3.TypedExtensionConfig`, ...httpWasm(plugin) };
}

const loopback = (port: number) => ({ socket_address: { address: "127.0.0.1", port_value: port } });

function connectionManager(listener: HttpListener, folder: string): object {
  return {
    name: "http",
    typed_config: {
      "@type": `${TYPE}envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager`,
      stat_prefix: listener.name,
      generate_request_id: false,
      http_protocol_options: { enable_trailers: true },
      access_log: accessLogs(listener.accessLoggers),
      route_config: {
        virtual_hosts: [
          {
            name: "all",
            domains: ["*"],
            routes: (listener.routes ?? [{ prefix: "/", cluster: "upstream" }]).map((route) => ({
              ...(route.name === undefined ? {} : { name: route.name }),
              ...(route.metadata === undefined ? {} : { metadata: { filter_metadata: route.metadata } }),
              match: { prefix: route.prefix },
              route: { cluster: route.cluster, timeout: `${route.timeoutSeconds ?? 0}s` },
            })),
          },
        ],
      },
      http_filters: [
        ...listener.filters.map((filter) => httpFilter(filter, folder)),
        {
          name: "router",
          typed_config: { "@type": `${TYPE}envoy.extensions.filters.http.router.v3.Router` },
        },
      ],
      ...listener.connectionManager,
    },
  };
}

function httpFilter(filter: HttpFilterEntry, folder: string): object {
  if ("typed_config" in filter) return filter;
  if ("module" in filter) return httpWasm(filter);
  return {
    name: filter.dynamic.name,
    config_discovery: {
      config_source: {
        resource_api_version: "V3",
        path_config_source: { path: extensionFile(folder, filter.dynamic.name) },
      },
      type_urls: [`${TYPE}envoy.extensions.filters.http.wasm.v3.Wasm`],
    },
  };
}

const httpWasm = (plugin: WasmPlugin) => ({
  name: plugin.name,
  typed_config: {
    "@type": `${TYPE}envoy.extensions.filters.http.wasm.v3.Wasm`,
    config: pluginConfig(plugin),
  },
});

function tcpFilters(listener: TcpListener): object[] {
  return [
    ...listener.filters.map((plugin) => ({
      name: plugin.name,
      typed_config: {
        "@type": `${TYPE}envoy.extensions.filters.network.wasm.v3.Wasm`,
        config: pluginConfig(plugin),
      },
    })),
    {
      name: "tcp",
      typed_config: {
        "@type": `${TYPE}envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy`,
        stat_prefix: listener.name,
        cluster: listener.cluster,
        access_log: accessLogs(listener.accessLoggers),
        ...(listener.maxEarlyDataBytes === undefined
          ? {}
          : {
              max_early_data_bytes: listener.maxEarlyDataBytes,
              upstream_connect_mode: "ON_DOWNSTREAM_DATA",
            }),
      },
    },
  ];
}

function accessLogs(plugins: readonly WasmPlugin[] = []): object[] {
  return plugins.map((plugin) => ({
    name: plugin.name,
    typed_config: {
      "@type": `${TYPE}envoy.extensions.access_loggers.wasm.v3.WasmAccessLog`,
      config: pluginConfig(plugin),
    },
  }));
}

function pluginConfig(plugin: WasmPlugin): object {
  return {
    name: plugin.name,
    root_id: plugin.rootId ?? "",
    failure_policy: plugin.failurePolicy ?? "FAIL_CLOSED",
    ...(plugin.allowOnHeadersStopIteration ? { allow_on_headers_stop_iteration: true } : {}),
    ...(plugin.reloadBackoffMs === undefined
      ? {}
      : { reload_config: { backoff: { base_interval: `${plugin.reloadBackoffMs / 1000}s` } } }),
    ...(plugin.allowedCapabilities === undefined
      ? {}
      : {
          capability_restriction_config: {
            allowed_capabilities: Object.fromEntries(plugin.allowedCapabilities.map((name) => [name, {}])),
          },
        }),
    ...configuration(plugin.configuration),
    vm_config: {
      vm_id: plugin.vmId ?? plugin.name,
      runtime: "envoy.wasm.runtime.v8",
      code: { local: { filename: plugin.module } },
      ...configuration(plugin.vmConfiguration),
      ...(plugin.environment === undefined
        ? {}
        : { environment_variables: { key_values: plugin.environment } }),
    },
    ...plugin.config,
  };
}

function configuration(value: PluginConfiguration | undefined): object {
  if (value === undefined) return {};
  if (typeof value === "string") {
    return { configuration: { "@type": `${TYPE}google.protobuf.StringValue`, value } };
  }
  if (value instanceof Uint8Array) {
    const base64 = Buffer.from(value).toString("base64");
    return { configuration: { "@type": `${TYPE}google.protobuf.BytesValue`, value: base64 } };
  }
  return { configuration: { "@type": `${TYPE}google.protobuf.Struct`, value: value.struct } };
}

function clusterResource(cluster: Cluster): object {
  const options =
    cluster.protocol === "http2"
      ? { http2_protocol_options: {} }
      : { http_protocol_options: { enable_trailers: true } };
  return {
    name: cluster.name,
    ...(cluster.bufferLimitBytes === undefined
      ? {}
      : { per_connection_buffer_limit_bytes: cluster.bufferLimitBytes }),
    typed_extension_protocol_options: {
      "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
        "@type": `${TYPE}envoy.extensions.upstreams.http.v3.HttpProtocolOptions`,
        explicit_http_config: options,
      },
    },
    load_assignment: {
      cluster_name: cluster.name,
      endpoints:
        cluster.port === null ? [] : [{ lb_endpoints: [{ endpoint: { address: loopback(cluster.port) } }] }],
    },
    ...cluster.cluster,
  };
}
