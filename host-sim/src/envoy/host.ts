import type { Exchange } from "../http/exchange.js";
import type { RecordedConnection } from "../recording/recorded-connection.js";
import type { RecordedStream } from "../recording/recorded-stream.js";
import type { ConnectionExchange } from "../tcp/connection-exchange.js";
import type { ReplayOptions } from "./envoy-options.js";
import type { LogLine, TraceLine } from "./event-log.js";
import type { Metric } from "./metrics.js";

/**
 * What a simulated Envoy and a real one have in common. A test or a report that knows only this runs in both: `Envoy`
 * answers it, and so does `RealEnvoy` of `as-proxy-wasm-sim/real-envoy`.
 */
export interface Host {
  /** Runs one recorded stream. Whatever the filter does, the promise resolves, and `outcome` says how it ended. */
  replay(stream: RecordedStream, options?: ReplayOptions): Promise<Exchange>;
  /** Runs one recorded TCP connection through the plugins of kind `network`. */
  replayConnection(connection: RecordedConnection, options?: ReplayOptions): Promise<ConnectionExchange>;
  /** What the plugins and Envoy's wasm code logged since the start, in order. Whole again after each replay and after `stop`. */
  readonly logs: readonly LogLine[];
  /** The calls between Envoy and its plugins since the start; empty in a real Envoy whose `wasmLogLevel` is not `trace`. */
  readonly trace: readonly TraceLine[];
  /** The plugins' metrics after the last replay. */
  readonly metrics: readonly Metric[];
  /** Ends the host; plugins get `proxy_on_done` as at SIGTERM. A second call does nothing. */
  stop(): void | Promise<void>;
}
