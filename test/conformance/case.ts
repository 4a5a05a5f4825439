import type {
  Clusters,
  ConnectionManagerOptions,
  PluginConfig,
  RecordedConnection,
  RecordedStream,
  VirtualHost,
} from "as-proxy-wasm-sim";

/** One thing both hosts do: filters with a configuration, started, given the streams of a recording, stopped. */
export interface Case {
  /** `api-key/default/site`: filter, configuration, recording. Also the path of its golden file. */
  readonly name: string;
  /** The chain, then whatever else runs. */
  readonly plugins: readonly PluginConfig[];
  /** Plugins of the bootstrap: once, on the main thread. */
  readonly singletons?: readonly PluginConfig[] | undefined;
  /** Of the modules: what Envoy did with other bytes says nothing about these. */
  readonly moduleSha256: string;
  readonly steps: readonly Step[];
  /** What answers callouts, in both hosts alike. */
  readonly clusters?: Clusters | undefined;
  /** The listeners come from a file, so that they can be updated. */
  readonly dynamicListeners?: boolean | undefined;
  /** How long what an update replaced goes on. */
  readonly drainTimeMs?: number | undefined;
  readonly tcpConnectsOnData?: boolean | undefined;
  readonly perConnectionBufferLimitBytes: number;
  /** Host functions that the guest calls more or less often from run to run, by no doing of the host: they are left out of both traces. */
  readonly racyCalls?: readonly string[];
  readonly connectionManager?: ConnectionManagerOptions | undefined;
  readonly virtualHosts?: readonly VirtualHost[] | undefined;
  /** Clusters of routes that cannot be had; all others are the upstream. */
  readonly brokenClusters?: Readonly<Record<string, "unreachable" | "no healthy host">> | undefined;
  /** Absent: HTTP/1.1. */
  readonly upstreamProtocol?: "HTTP/1.1" | "HTTP/2" | undefined;
}

/** What happens, one after the other. */
export type Step =
  | RecordedStream
  | RecordedConnection
  /** Time passes, simulated or real, in milliseconds. */
  | { readonly wait: number }
  /** A new version of the listeners. */
  | { readonly update: (plugins: readonly PluginConfig[]) => readonly PluginConfig[] }
  /** Another configuration for a plugin with `configDiscovery`. */
  | { readonly updateExtension: (plugins: readonly PluginConfig[]) => PluginConfig };
