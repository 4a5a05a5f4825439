import type { ConnectionManagerOptions, PluginConfig, RecordedStream, VirtualHost } from "as-proxy-wasm-sim";

/** One thing both hosts do: a filter with a configuration, started, given the streams of a recording, stopped. */
export interface Case {
  /** `api-key/default/site`: filter, configuration, recording. Also the path of its golden file. */
  readonly name: string;
  readonly plugin: PluginConfig;
  /** Of the module: what Envoy did with other bytes says nothing about these. */
  readonly moduleSha256: string;
  readonly streams: readonly RecordedStream[];
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
