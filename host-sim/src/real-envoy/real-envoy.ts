import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import type { GrpcCallout } from "../callout/grpc-callouts.js";
import type { HttpCallout } from "../callout/http-callouts.js";
import { type OwnAnswers, RecordedAnswers } from "../callout/recorded-answers.js";
import type { RecordedCallout } from "../recording/recorded-callout.js";
import type { EnvoyOptions, ReplayOptions } from "../envoy/envoy-options.js";
import { checkOptions, withDefaults } from "../envoy/envoy-options.js";
import { EnvoyStartError } from "../envoy/envoy-start-error.js";
import { notDiscovered } from "../envoy/extension-discovery.js";
import type { EventsSince, LogLine, TraceLine } from "../envoy/event-log.js";
import type { Host } from "../envoy/host.js";
import type { PluginConfig } from "../envoy/plugin-config.js";
import type { Metric } from "../envoy/metrics.js";
import { SimulatorError } from "../errors.js";
import type { ConnectionManagerOptions } from "../http/connection-manager.js";
import type { Exchange } from "../http/exchange.js";
import type { VirtualHost } from "../http/route/virtual-host.js";
import type { RecordedConnection } from "../recording/recorded-connection.js";
import type { RecordedStream } from "../recording/recorded-stream.js";
import type { ConnectionExchange } from "../tcp/connection-exchange.js";
import { type AccessLogEntry, AccessLogFile } from "./access-log.js";
import { type EnvoyBinary, findEnvoy } from "./binary.js";
import {
  bootstrap,
  type BootstrapOptions,
  type DeployedPlugin,
  FILTER_LISTENER,
  SIDE_LISTENER,
  TCP_LISTENER,
} from "./bootstrap.js";
import { connectionExchange } from "./connection-exchange.js";
import { type ConnectionEnd, runConnection } from "./connection-run.js";
import { EnvoyLines } from "./envoy-lines.js";
import { type StreamEnd, streamExchange } from "./exchange.js";
import { ExtensionUpdates } from "./extension-updates.js";
import { ListenerUpdates } from "./listener-updates.js";
import { readMetrics } from "./metrics.js";
import { type RunningProcess, startProcess } from "./process.js";
import { Http1Upstream } from "./http1/upstream.js";
import { Http2Upstream } from "./http2/upstream.js";
import { ScriptedClusters } from "./scripted-clusters.js";
import { runStream } from "./stream-run.js";
import { SIDE_PATH, type Upstream } from "./upstream.js";
import { exchange } from "./client.js";

export interface RealEnvoyOptions extends EnvoyOptions {
  /** The path of the program. Default: what `findEnvoy` finds. */
  readonly binary?: string;
  /** Real milliseconds without anything coming after which the client of a stream gives up. Default 5000. */
  readonly patienceMs?: number;
  /** The listeners come from a file, so that `update` can replace them. Default false. */
  readonly dynamicListeners?: boolean | undefined;
}

interface Settings extends Required<EnvoyOptions> {
  readonly patienceMs: number;
  readonly upstreamProtocol: "HTTP/1.1" | "HTTP/2";
  readonly connectionManager: ConnectionManagerOptions;
  readonly virtualHosts: readonly VirtualHost[];
  readonly dynamicListeners: boolean;
}

/** Until what Envoy has written to its log has come through the pipe. */
const LOG_TIMEOUT_MS = 5_000;

/** How long an update takes to reach all threads, also on a busy machine. */
const settleMs = 300;

/**
 * A real Envoy, run with the options of the simulated one, that answers the same calls. `Envoy.start` and
 * `RealEnvoy.start` with equal options are to give equal exchanges.
 *
 * ```ts
 * const host = await RealEnvoy.start({ plugins: [await loadFilter("filter.json")], wasmLogLevel: "trace" });
 * const exchange = await host.replay(stream);
 * await host.stop();
 * ```
 *
 * Streams run one after the other, each on a connection of its own, also when they are replayed at once. Time is real:
 * `clock`, `seed`, `callbackTimeoutMs` and `clientTimeoutMs` mean nothing here. Properties are Envoy's own: `properties` means
 * nothing either. An exchange has no `callbacks`, since Envoy does not tell how long they took, and a trace only where
 * `wasmLogLevel` is `trace`.
 */
export class RealEnvoy implements Host {
  readonly #process: RunningProcess;
  readonly #upstream: Upstream;
  readonly #clusters: ScriptedClusters;
  readonly #lines: EnvoyLines;
  /** Null: they are static. */
  readonly #listeners: ListenerUpdates | null;
  readonly #extensions: ExtensionUpdates;
  readonly #accessLog: AccessLogFile;
  readonly #settings: Settings;
  readonly #folder: string;
  #metrics: readonly Metric[] = [];
  #marks = 0;
  #queue: Promise<unknown> = Promise.resolve();
  #stopping: Promise<void> | null = null;

  /** What runs, as it calls itself. */
  readonly version: string;

  /**
   * Starts the process and waits until it serves. Throws `EnvoyStartError` when a plugin kept it from that, and a
   * `SimulatorError` with code `ERR_ENVOY_BINARY` when there is no Envoy.
   */
  static async start({ binary, ...options }: RealEnvoyOptions): Promise<RealEnvoy> {
    const settings: Settings = {
      ...withDefaults(options),
      patienceMs: options.patienceMs ?? 5_000,
      upstreamProtocol: options.upstreamProtocol ?? "HTTP/1.1",
      connectionManager: options.connectionManager ?? {},
      virtualHosts: options.virtualHosts ?? [],
      dynamicListeners: options.dynamicListeners ?? false,
    };
    checkOptions(settings);
    const envoy = await findEnvoy(binary);
    const folder = await mkdtemp(join(tmpdir(), "as-proxy-wasm-envoy-"));
    const upstream =
      settings.upstreamProtocol === "HTTP/2" ? await Http2Upstream.listen() : await Http1Upstream.listen();
    const standing = settings.callouts.map(({ cluster }) => [cluster, null] as const);
    const clusters = await ScriptedClusters.open(
      { ...Object.fromEntries(standing), ...settings.clusters },
      new RecordedAnswers(settings.callouts),
    );
    try {
      return await start(envoy, settings, folder, upstream, clusters);
    } catch (error) {
      await upstream.stop();
      await clusters.close();
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** @internal */
  constructor(parts: {
    readonly version: string;
    readonly process: RunningProcess;
    readonly upstream: Upstream;
    readonly clusters: ScriptedClusters;
    readonly lines: EnvoyLines;
    readonly listeners: ListenerUpdates | null;
    readonly extensions: ExtensionUpdates;
    readonly settings: Settings;
    readonly folder: string;
  }) {
    this.version = parts.version;
    this.#process = parts.process;
    this.#upstream = parts.upstream;
    this.#clusters = parts.clusters;
    this.#lines = parts.lines;
    this.#listeners = parts.listeners;
    this.#extensions = parts.extensions;
    this.#settings = parts.settings;
    this.#folder = parts.folder;
    this.#accessLog = new AccessLogFile(accessLogPath(parts.folder));
  }

  get logs(): readonly LogLine[] {
    return this.#lines.logs;
  }

  get trace(): readonly TraceLine[] {
    return this.#lines.trace;
  }

  /** Counters, gauges, and the names of histograms: what was recorded in these Envoy does not tell. */
  get metrics(): readonly Metric[] {
    return this.#metrics;
  }

  /** What a person should know before trusting the results, one sentence each. */
  get warnings(): readonly string[] {
    return this.#clusters.record.warnings;
  }

  /** All HTTP callouts that have arrived at a cluster. Which plugin made them, Envoy does not tell. */
  get callouts(): readonly HttpCallout[] {
    return this.#clusters.record.http;
  }

  get grpcCallouts(): readonly GrpcCallout[] {
    return this.#clusters.record.grpc;
  }

  /** The number of the process. */
  get pid(): number {
    return this.#process.pid;
  }

  /** GET of a path of the admin interface, for example `/config_dump`. */
  admin(path: string): Promise<string> {
    return this.#process.admin(path);
  }

  replay(stream: RecordedStream, options: ReplayOptions = {}): Promise<Exchange> {
    return this.#inTurn(options, async () => {
      const since = this.#mark();
      const answers = this.#beginAnswers(stream.callouts);
      const end = await this.#runStream(stream);
      const entry = await this.#accessLogEntry();
      return streamExchange(stream, end, since(), entry?.details ?? null, answers.end());
    });
  }

  replayConnection(connection: RecordedConnection, options: ReplayOptions = {}): Promise<ConnectionExchange> {
    return this.#inTurn(options, async () => {
      const since = this.#mark();
      const answers = this.#beginAnswers(connection.callouts);
      const end = await this.#runConnection(connection);
      const entry = await this.#accessLogEntry();
      return connectionExchange(connection, end, since(), entry?.cluster ?? null, answers.end());
    });
  }

  /** From now on this answers (`RecordedStanding`). Its cluster has to be there since the start. */
  stand(callout: RecordedCallout): void {
    this.#checkClusters([callout]);
    this.#clusters.recorded.stand(callout);
  }

  /** Lets real time pass, and gathers what was logged meanwhile. */
  wait(milliseconds: number): Promise<void> {
    return this.#inTurn({}, async () => {
      await sleep(milliseconds);
      await this.mark();
    });
  }

  /** Replaces the plugins, as a new version of the listeners does; needs `dynamicListeners`. */
  update(plugins: readonly PluginConfig[]): Promise<"accepted" | "rejected"> {
    const listeners = this.#listeners;
    if (listeners === null) {
      throw new SimulatorError(
        "ERR_OPTIONS",
        "The listeners of this Envoy cannot be updated.",
        "Start it with dynamicListeners: true.",
      );
    }
    return this.#inTurn({}, async () => {
      const outcome = await listeners.update(await deploy(plugins, this.#folder), this.#process);
      await this.#process.refreshPorts();
      await this.#settle();
      return outcome;
    });
  }

  /** Sends another configuration for a plugin with `configDiscovery` (ECDS). */
  updateExtension(plugin: PluginConfig): Promise<"accepted" | "rejected"> {
    const isDeclared = ({ name, configDiscovery }: PluginConfig) =>
      name === plugin.name && configDiscovery === true;
    if (!this.#settings.plugins.some(isDeclared)) throw notDiscovered(plugin);
    return this.#inTurn({}, async () => {
      const [deployed] = await deploy([plugin], this.#folder);
      const outcome = await this.#extensions.update(deployed!, this.#process);
      await this.#settle();
      return outcome;
    });
  }

  /** Workers hear of an update, and log what they make of it, a moment after the main thread has decided. */
  async #settle(): Promise<void> {
    await sleep(settleMs);
    await this.mark();
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#queue.then(async () => {
      await this.#process.stop();
      this.#lines.sort();
      await this.#upstream.stop();
      await this.#clusters.close();
      await rm(this.#folder, { recursive: true, force: true });
    });
    return this.#stopping;
  }

  /**
   * Between two streams a request through the side listener does three things: it leaves a mark in the worker's log, it
   * proves that the worker is done with the stream before, and it puts a warm connection into the upstream pool (abi.md
   * F.5: with a cold one, whether the upstream sees a rejected request is a race). False: Envoy is no more.
   *
   * @internal
   */
  async mark(): Promise<boolean> {
    const index = this.#marks++;
    try {
      await this.#sideRequest(index);
    } catch (error) {
      // Its sockets go first; that it ended is known a moment later.
      await sleep(1_000);
      if (!this.#process.crashed()) throw error;
      this.#lines.sort();
      return false;
    }
    const deadline = Date.now() + LOG_TIMEOUT_MS;
    while (!this.#lines.hasMark(index) && Date.now() < deadline) await sleep(1);
    this.#lines.sort();
    return true;
  }

  #beginAnswers(callouts: readonly RecordedCallout[] = []): OwnAnswers {
    this.#checkClusters(callouts);
    return this.#clusters.recorded.begin(callouts);
  }

  /** The clusters of a real Envoy are those of its bootstrap. */
  #checkClusters(callouts: readonly RecordedCallout[]): void {
    const stranger = callouts.find(({ cluster }) => !this.#clusters.resources.has(cluster))?.cluster;
    if (stranger === undefined) return;
    throw new SimulatorError(
      "ERR_OPTIONS",
      `The recording answers for the cluster "${stranger}", which this Envoy was started without.`,
      `Start it with clusters: { ${JSON.stringify(stranger)}: null }, or with calloutClusters() of the whole recording.`,
    );
  }

  /** Marks a moment; what is returned gives what happened after it. */
  #mark(): () => EventsSince {
    const { mark } = this.#lines;
    const { http, grpc } = this.#clusters.record;
    const [httpBefore, grpcBefore] = [http.length, grpc.length];
    return () => ({
      ...this.#lines.since(mark),
      callbacks: [],
      callouts: http.slice(httpBefore),
      grpcCallouts: grpc.slice(grpcBefore),
      traps: [],
      misuses: [],
    });
  }

  async #sideRequest(index: number): Promise<void> {
    const request = Buffer.from(`GET ${SIDE_PATH} HTTP/1.1\r\nhost: side\r\nx-mark: ${index}\r\n\r\n`);
    const port = this.#process.port(SIDE_LISTENER);
    for (let attempt = 0; attempt < 5; attempt++) {
      const response = await exchange(port, { method: "GET", writes: [request] }, 5_000);
      if (response.bytes.startsWith("HTTP/1.1 200 ")) return;
    }
    throw new SimulatorError(
      "ERR_ENVOY_PROCESS",
      "Envoy does not answer on a listener that has no plugin.",
      "Look at whether the machine is overloaded; then try again.",
    );
  }

  async #runStream(stream: RecordedStream): Promise<StreamEnd> {
    if (this.#process.crashed()) return { kind: "crashed" };
    const missing = (["request", "response"] as const).find(
      (direction) => stream[direction]?.body.kind === "missing",
    );
    if (missing !== undefined) return { kind: "body-missing", direction: missing };
    const downstream = await runStream(stream, {
      ...this.#settings,
      port: this.#process.port(FILTER_LISTENER),
      upstream: this.#upstream,
    });
    if (!(await this.mark())) return { kind: "crashed" };
    const upstream = await this.#upstream.end();
    // A connection that was closed for being in the middle of a message has left the pool: make another.
    if (upstream.some((connection) => connection.closed)) await this.mark();
    return { kind: "ended", downstream, upstream };
  }

  /** Null: Envoy is no more. */
  async #runConnection(connection: RecordedConnection): Promise<ConnectionEnd | null> {
    if (this.#process.crashed()) return null;
    const port = this.#process.port(TCP_LISTENER);
    const end = await runConnection(connection, { ...this.#settings, port, upstream: this.#upstream.door });
    return (await this.mark()) ? end : null;
  }

  async #accessLogEntry(): Promise<AccessLogEntry | null> {
    return this.#process.crashed() ? null : this.#accessLog.next();
  }

  /** One after the other, also when the caller does not wait. */
  #inTurn<T>({ worker = 0 }: ReplayOptions, run: () => Promise<T>): Promise<T> {
    if (worker !== 0 || this.#stopping !== null) {
      throw new SimulatorError(
        "ERR_OPTIONS",
        worker === 0
          ? "This Envoy has been stopped."
          : "A real Envoy chooses the worker of a connection itself.",
        "Start another one, or leave the option worker out.",
      );
    }
    const turn = this.#queue.then(async () => {
      const result = await run();
      if (!this.#process.crashed()) this.#metrics = await readMetrics(this.#process);
      return result;
    });
    this.#queue = turn.catch(() => undefined);
    return turn;
  }
}

const accessLogPath = (folder: string) => join(folder, "access.log");

async function start(
  binary: EnvoyBinary,
  settings: Settings,
  folder: string,
  upstream: Upstream,
  clusters: ScriptedClusters,
): Promise<RealEnvoy> {
  const lines = new EnvoyLines();
  const listenersPath = settings.dynamicListeners ? join(folder, "listeners.json") : null;
  const config: BootstrapOptions = {
    ...settings,
    plugins: await deploy(settings.plugins, folder),
    singletons: await deploy(settings.singletons, folder),
    upstreamPort: upstream.door.port,
    clusters: clusters.resources,
    accessLogPath: accessLogPath(folder),
    folder,
    listenersPath,
  };
  const listeners = listenersPath === null ? null : new ListenerUpdates(config, listenersPath);
  await listeners?.write();
  const extensions = new ExtensionUpdates(folder);
  for (const plugin of config.plugins)
    if (plugin.config.configDiscovery === true) await extensions.write(plugin);
  const process = await startProcess(binary.path, bootstrap(config), folder, {
    wasmLogLevel: settings.wasmLogLevel,
    concurrency: settings.workers,
    drainSeconds: Math.ceil(settings.drainTimeMs / 1000),
    listeners: [FILTER_LISTENER, TCP_LISTENER, SIDE_LISTENER],
    onLog: (bytes) => lines.push(bytes),
  });
  if (process.kind === "refused") {
    lines.sort();
    throw refusal(settings, lines);
  }
  const envoy = new RealEnvoy({
    version: binary.version,
    process,
    upstream,
    clusters,
    lines,
    listeners,
    extensions,
    settings,
    folder,
  });
  await envoy.mark();
  return envoy;
}

/** Equal modules lie in one file. */
async function deploy(plugins: EnvoyOptions["plugins"], folder: string): Promise<DeployedPlugin[]> {
  return Promise.all(
    plugins.map(async (config) => {
      const { code } = config.vmConfig;
      const hash = createHash("sha256").update(code).digest("hex").slice(0, 16);
      const modulePath = join(folder, `${hash}.wasm`);
      await writeFile(modulePath, code);
      return { config, modulePath };
    }),
  );
}

/** Why Envoy ended before it served. */
function refusal({ plugins }: EnvoyOptions, { logs, trace, complaints }: EnvoyLines): Error {
  const failed = logs
    .map(({ text }) => /^Plugin (.*) failed to load$/.exec(text)?.[1])
    .find((name) => name !== undefined);
  if (failed !== undefined || plugins.some(({ vmConfig }) => vmConfig.code.length === 0)) {
    return new EnvoyStartError(
      failed ?? plugins[0]?.name ?? "",
      logs,
      trace,
      [],
      "If the module does not load, as-proxy-wasm check lists every problem; otherwise look at the filter's own log lines.",
    );
  }
  return new SimulatorError(
    "ERR_ENVOY_PROCESS",
    `Envoy ended before it served: ${complaints.join("; ") || "it said nothing"}`,
    "Compare its version and the options with what this package was made for: Envoy 1.40.",
  );
}
