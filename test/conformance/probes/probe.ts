import type { RecordedStream } from "as-proxy-wasm-sim";

import type { Case } from "../case.js";

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
  /** Instead of the probe's. */
  readonly streams?: readonly RecordedStream[];
}

/** A filter in the raw ABI that asks a host what no example would: `NAME/assembly/index.ts`, and what it is run with. */
export interface Probe {
  readonly configurations: Readonly<Record<string, ProbeConfiguration>>;
  readonly streams: readonly RecordedStream[];
}
