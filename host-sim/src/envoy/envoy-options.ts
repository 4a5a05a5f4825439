import type { Clusters } from "../callout/clusters.js";
import type { DnsAnswers } from "../callout/dns.js";
import { behaviourOf, type EnvoyVersion, newestEnvoy, sinceVersion } from "../envoy-versions.js";
import { SimulatorError } from "../errors.js";
import type { ConnectionManagerOptions } from "../http/connection-manager.js";
import { everythingUpstream, type VirtualHost } from "../http/route/virtual-host.js";
import type { RecordedCallout } from "../recording/recorded-callout.js";
import { maximumPages } from "../module/limit-memory.js";
import { standingClock, type Clock } from "./clock.js";
import type { KeptEvents, WasmLogLevel } from "./event-log.js";
import type { GivenProperties } from "./given-properties.js";
import { pluginProblem, type PluginConfig } from "./plugin-config.js";
import type { NodeIdentity } from "./plugin-properties.js";

export interface EnvoyOptions {
  /** The filter chain, the plugin nearest the client first. */
  readonly plugins: readonly PluginConfig[];
  /** Envoy's `--concurrency`. Default 1. */
  readonly workers?: number;
  /** Of the listener; also how much is read at once. Default 1 MiB. */
  readonly perConnectionBufferLimitBytes?: number;
  /** Envoy's `--component-log-level wasm:LEVEL`. Default `info`. */
  readonly wasmLogLevel?: WasmLogLevel;
  /** What filters can call besides the upstream of their streams. Default: nothing. */
  readonly clusters?: Clusters;
  /** Answers of a recording for whatever calls they fit, from the start on: what its `callout` events without an id say. Default: none. */
  readonly callouts?: readonly RecordedCallout[];
  /** What the cluster of the streams speaks. Default HTTP/1.1. */
  readonly upstreamProtocol?: "HTTP/1.1" | "HTTP/2" | undefined;
  /** What Envoy does besides running the filters. Default: what makes runs reproducible. */
  readonly connectionManager?: ConnectionManagerOptions | undefined;
  /** Default: everything goes to the cluster `upstream`. */
  readonly virtualHosts?: readonly VirtualHost[] | undefined;
  /** The time to start from; what `advance` and waiting streams add comes on top. Default: 2026-01-01T00:00:00Z, so that every run is the same. */
  readonly clock?: Clock;
  /** The TCP proxy connects to the upstream only when data come, so that a filter can choose the cluster by them. Default false. */
  readonly tcpConnectsOnData?: boolean;
  /** Envoy's `--drain-time-s`: how long what an update replaced goes on, in simulated milliseconds. Default 600000. */
  readonly drainTimeMs?: number;
  /** Properties that the simulator cannot know, of all streams and connections. Default: none, and a filter that asks fails. */
  readonly properties?: GivenProperties;
  /** How long one replayed stream may keep the filter busy; Infinity: for ever. Default 1000. */
  readonly callbackTimeoutMs?: number;
  /**
   * How large the memory of each VM may grow, in pages of 64 KiB: a `memory.grow` beyond it fails in the guest, which mostly traps.
   * A module whose memory begins larger keeps what it begins with. Default 16384, 1 GiB, as in Envoy (abi.md E.5); more is refused.
   */
  readonly memoryLimitPages?: number;
  /** What names resolve to that filters look up. Default: nothing, and a filter that asks fails. */
  readonly dns?: DnsAnswers;
  /** Plugins of the bootstrap, which run once, on the main thread, for no streams (`envoy.bootstrap.wasm`). Default: none. */
  readonly singletons?: readonly PluginConfig[];
  /** Keeps what each host call said in words (`exchange.hostCalls`), which takes time and memory. Default false. */
  readonly hostCallWords?: boolean;
  /**
   * What is kept of logs, trace, callbacks and callouts: `all` on exchanges and on the process; `exchange` on exchanges alone,
   * so that a process that replays for long does not grow; `none` as `exchange`, without trace and callbacks. Default `all`.
   */
  readonly events?: KeptEvents;
  /** Where everything random in the process begins: the same seed, the same run. Default 1. */
  readonly seed?: number;
  /** Which release to be, where they differ (docs/envoy-versions.md). Default: the newest that is known. */
  readonly envoyVersion?: EnvoyVersion;
  /** `node` of the bootstrap, which filters can read. Default `sim`, `sim`. */
  readonly node?: NodeIdentity;
}

export interface ReplayOptions {
  /** Which worker takes the connection. Default 0. */
  readonly worker?: number;
  /** More properties, for this stream alone. */
  readonly properties?: GivenProperties;
  /** Simulated milliseconds after which the client gives up. Default 60000. */
  readonly clientTimeoutMs?: number;
}

export function withDefaults(options: EnvoyOptions): Required<EnvoyOptions> {
  return {
    workers: 1,
    perConnectionBufferLimitBytes: 1024 * 1024,
    wasmLogLevel: "info",
    clock: standingClock,
    clusters: {},
    callouts: [],
    properties: {},
    callbackTimeoutMs: 1000,
    memoryLimitPages: maximumPages,
    drainTimeMs: 600_000,
    tcpConnectsOnData: false,
    events: "all",
    seed: 1,
    upstreamProtocol: "HTTP/1.1",
    connectionManager: {},
    virtualHosts: everythingUpstream,
    hostCallWords: false,
    dns: {},
    singletons: [],
    envoyVersion: newestEnvoy,
    node: { id: "sim", cluster: "sim" },
    ...options,
  };
}

/** Throws `ERR_OPTIONS` for what makes no Envoy. */
export function checkOptions({
  plugins,
  singletons,
  workers,
  perConnectionBufferLimitBytes,
  memoryLimitPages,
  tcpConnectsOnData,
  envoyVersion,
}: Required<EnvoyOptions>): void {
  const problem =
    plugins.length === 0
      ? "plugins is empty"
      : !Number.isInteger(workers) || workers < 1
        ? `workers is ${workers}`
        : !(perConnectionBufferLimitBytes > 0)
          ? `perConnectionBufferLimitBytes is ${perConnectionBufferLimitBytes}`
          : !Number.isInteger(memoryLimitPages) || memoryLimitPages < 1 || memoryLimitPages > maximumPages
            ? `memoryLimitPages is ${memoryLimitPages}`
            : tcpConnectsOnData && !behaviourOf(envoyVersion).has("tcp-connects-on-data")
              ? `tcpConnectsOnData is an option since ${sinceVersion("tcp-connects-on-data")}, and envoyVersion is ${envoyVersion}`
              : ([...plugins, ...singletons].map(pluginProblem).find((found) => found !== null) ?? null);
  if (problem === null) return;
  throw new SimulatorError(
    "ERR_OPTIONS",
    `Envoy cannot start: ${problem}.`,
    "Give at least one plugin, one worker, positive limits, and no two options that contradict each other.",
  );
}
