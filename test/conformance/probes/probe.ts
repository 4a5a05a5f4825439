import type { PluginConfig, RecordedStream } from "as-proxy-wasm-sim";

import type { Case, Step } from "../case.js";

/** How a probe is configured; what is left out is absent in Envoy's configuration too. */
export interface ProbeConfiguration {
  /** Instead of `index`: another source in the probe's assembly folder. */
  readonly entry?: string;
  /** Besides those of all probes. */
  readonly compilerOptions?: readonly string[];
  /** Instead of anything compiled. */
  readonly code?: Uint8Array;
  readonly rootId?: string;
  readonly configuration?: string;
  readonly vmConfiguration?: string;
  readonly allowOnHeadersStopIteration?: boolean;
  readonly perConnectionBufferLimitBytes?: number;
  /** Default HTTP/1.1. */
  readonly upstreamProtocol?: "HTTP/1.1" | "HTTP/2";
  readonly connectionManager?: Case["connectionManager"];
  readonly virtualHosts?: Case["virtualHosts"];
  readonly brokenClusters?: Case["brokenClusters"];
  readonly kind?: PluginConfig["kind"];
  readonly vmId?: string;
  /** Anything else of the plugin's configuration. */
  readonly plugin?: Partial<PluginConfig>;
  /** More plugins, behind the probe in the chain. */
  readonly beside?: readonly BesidePlugin[];
  /** Plugins of the bootstrap. */
  readonly singletons?: readonly BesidePlugin[];
  readonly clusters?: Case["clusters"];
  readonly dynamicListeners?: Case["dynamicListeners"];
  readonly drainTimeMs?: Case["drainTimeMs"];
  readonly tcpConnectsOnData?: Case["tcpConnectsOnData"];
  /** Instead of streams: those, and what happens between them. */
  readonly steps?: readonly Step[];
  /** Instead of the probe's. */
  readonly streams?: readonly RecordedStream[];
}

/** By default with the module and the rest of the probe itself. */
export interface BesidePlugin {
  readonly name: string;
  readonly kind?: PluginConfig["kind"];
  readonly entry?: string;
  readonly rootId?: string;
  readonly vmId?: string;
  readonly configuration?: string;
  readonly plugin?: Partial<PluginConfig>;
}

/** A filter in the raw ABI that asks a host what no example would: `NAME/assembly/index.ts`, and what it is run with. */
export interface Probe {
  readonly configurations: Readonly<Record<string, ProbeConfiguration>>;
  /** Configurations that run a second time with HTTP/2 on both sides, as `http2/NAME`. */
  readonly alsoOverHttp2?: readonly string[];
  readonly streams: readonly RecordedStream[];
}
