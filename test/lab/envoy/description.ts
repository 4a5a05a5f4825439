/** What an experiment wants of an Envoy. Ports are never chosen here: listeners take free ones and are asked for by name. */
export interface EnvoyDescription {
  readonly listeners: readonly Listener[];
  readonly clusters?: readonly Cluster[];
  /** Run in the main thread, once (`envoy.bootstrap.wasm`). */
  readonly singletons?: readonly WasmPlugin[];
  /** Worker threads, and with them VMs of each plugin. Default 1. */
  readonly concurrency?: number;
  /** Of Envoy's wasm logger; default info. `trace` has every call of the ABI in the log, for `abiTrace`. */
  readonly wasmLogLevel?: "trace" | "debug" | "info" | "warning" | "error" | "critical" | "off";
  /** Listeners come from a file (LDS), so that `updateListeners` can replace them. */
  readonly dynamicListeners?: boolean;
  /** How long what an update replaced goes on serving; Envoy's default is 600 s. */
  readonly drainSeconds?: number;
  /** Members to add to the bootstrap, or to put in place of ours. */
  readonly bootstrap?: object;
}

export type Listener = HttpListener | TcpListener;

export interface HttpListener {
  readonly kind: "http";
  readonly name: string;
  /** In chain order, without the router. Clients may speak HTTP/1.1 and, without upgrade, HTTP/2. */
  readonly filters: readonly HttpFilterEntry[];
  readonly accessLoggers?: readonly WasmPlugin[];
  /** Default: everything goes to the cluster `upstream`. */
  readonly routes?: readonly Route[];
  /** `per_connection_buffer_limit_bytes`, which rules for HTTP/1 clients; Envoy's default is 1 MiB. */
  readonly bufferLimitBytes?: number;
  /** Members to add to the HTTP connection manager, or to put in place of ours. */
  readonly connectionManager?: object;
}

export interface Route {
  readonly prefix: string;
  readonly cluster: string;
  readonly name?: string;
  /** Envoy's route timeout; default none. */
  readonly timeoutSeconds?: number;
  /** `metadata.filter_metadata`. */
  readonly metadata?: object;
}

/** A plugin, a plugin that comes from a file (ECDS) and can be updated, or any other filter as Envoy's configuration has it. */
export type HttpFilterEntry = WasmPlugin | DynamicPlugin | RawFilter;

export interface DynamicPlugin {
  /** Its `name` names the extension for `updateExtension`. */
  readonly dynamic: WasmPlugin;
}

export interface RawFilter {
  readonly name: string;
  readonly typed_config: object;
}

export interface TcpListener {
  readonly kind: "tcp";
  readonly name: string;
  /** In chain order, without tcp_proxy. */
  readonly filters: readonly WasmPlugin[];
  readonly cluster: string;
  readonly accessLoggers?: readonly WasmPlugin[];
  /** With it, Envoy connects to the upstream only on the first data, so that a filter can choose the cluster by them. */
  readonly maxEarlyDataBytes?: number;
  readonly bufferLimitBytes?: number;
}

export interface WasmPlugin {
  readonly name: string;
  readonly rootId?: string;
  /** The path of the module. */
  readonly module: string;
  readonly configuration?: PluginConfiguration;
  /** Plugins share a VM when vmId, vmConfiguration and module are equal. Default: the plugin's name, so that they do not. */
  readonly vmId?: string;
  readonly vmConfiguration?: PluginConfiguration;
  /** Default FAIL_CLOSED, as in Envoy. */
  readonly failurePolicy?: "FAIL_CLOSED" | "FAIL_OPEN" | "FAIL_RELOAD";
  /** `reload_config.backoff.base_interval`; Envoy's default is a second. */
  readonly reloadBackoffMs?: number;
  /** `capability_restriction_config.allowed_capabilities`. Default: everything is allowed. */
  readonly allowedCapabilities?: readonly string[];
  /** Members to add to the PluginConfig, or to put in place of ours. */
  readonly config?: object;
  readonly allowOnHeadersStopIteration?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Text goes as StringValue, octets as BytesValue, and a Struct arrives as protobuf (abi.md 5.2). */
export type PluginConfiguration = string | Uint8Array | { readonly struct: object };

export interface Cluster {
  readonly name: string;
  /** The protocol Envoy speaks to it; for TCP listeners either will do. Default http1, with trailers. */
  readonly protocol?: "http1" | "http2";
  /** Null: the cluster has no host. A port where nobody listens makes a dead cluster. */
  readonly port: number | null;
  readonly bufferLimitBytes?: number;
  /** Members to add to the cluster, or to put in place of ours. */
  readonly cluster?: object;
}

/** The plugins that come from files of their own. */
export function dynamicPlugins(listeners: readonly Listener[]): WasmPlugin[] {
  return listeners.flatMap((listener) =>
    listener.kind === "http"
      ? listener.filters.flatMap((filter) => ("dynamic" in filter ? [filter.dynamic] : []))
      : [],
  );
}
