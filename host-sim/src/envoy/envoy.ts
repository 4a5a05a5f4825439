import { isDeepStrictEqual } from "node:util";
import { ClusterTable } from "../callout/clusters.js";
import { type OwnAnswers, RecordedAnswers, type StandingAnswer } from "../callout/recorded-answers.js";
import { DnsTable } from "../callout/dns.js";
import type { GrpcCallout } from "../callout/grpc-callouts.js";
import type { HttpCallout } from "../callout/http-callouts.js";
import { behaviourOf, type EnvoyBehaviour } from "../envoy-versions.js";
import { SimulatorError } from "../errors.js";
import { routedClusterFailure } from "../callout/routed-cluster.js";
import {
  checkModelled,
  type ConnectionManagerOptions,
  connectionManagerDefaults,
} from "../http/connection-manager.js";
import { interruption } from "../http/exchange-signals.js";
import type { Exchange } from "../http/exchange.js";
import { StreamReplay } from "../http/replay.js";
import { RouteTable } from "../http/route/route-table.js";
import type { RecordedItem } from "../recording/recording.js";
import type { RecordedConnection } from "../recording/recorded-connection.js";
import type { RecordedStream } from "../recording/recorded-stream.js";
import type { ConnectionExchange } from "../tcp/connection-exchange.js";
import { ConnectionReplay } from "../tcp/connection-replay.js";
import { noMaps } from "./child-context.js";
import { simulatedClock } from "./clock.js";
import { runWithDeadline } from "./deadline.js";
import { checkOptions, withDefaults, type EnvoyOptions, type ReplayOptions } from "./envoy-options.js";
import { batchesOf } from "./batches.js";
import { clientAddress } from "./client-address.js";
import { EnvoyStartError } from "./envoy-start-error.js";
import {
  EventLog,
  type EventMark,
  type EventsSince,
  type LogLine,
  type ThreadName,
  type TraceLine,
} from "./event-log.js";
import { givenProperties, type GivenValues } from "./given-properties.js";
import type { Host } from "./host.js";
import { ExtensionDiscovery, notDiscovered } from "./extension-discovery.js";
import type { LoadedModule } from "./loaded-module.js";
import { replayAdvance, replayUpdate, type UpdatedProcess } from "./replay-between.js";
import type { Replayed, ReplayedItem } from "./replayed-item.js";
import { ReplayedExchange } from "./replayed-exchange.js";
import { StatStore, type Metric } from "./metrics.js";
import type { PluginConfig } from "./plugin-config.js";
import { VmInstances, vmKey, type ProcessServices } from "./plugin-host.js";
import { ListenerUpdate } from "./listener-update.js";
import { PluginTrials } from "./plugin-trials.js";
import { SeededRandom } from "./random.js";
import { requestId } from "./request-id.js";
import { SharedDataStore } from "./shared-data.js";
import { SharedQueueStore } from "./shared-queues.js";
import type { LoadedPlugin, MissingPlugin } from "./thread-plugin.js";
import { EnvoyThread } from "./thread.js";
import { Dispatcher, Timeline } from "./timeline.js";

/** How long streams of `replayAll` share one time limit, in milliseconds of real time. */
const sliceMs = 20;

const defaultClientTimeoutMs = 60_000;

interface Begun {
  readonly stream: RecordedStream;
  readonly worker: EnvoyThread;
  readonly run: StreamReplay;
  readonly mark: EventMark;
  readonly answers: OwnAnswers;
}

/** The client of a stream that nothing but timers can move gives up after so many of them. */
const patience = 100;

/** The time limit of callbacks is for so many events together: each guard costs a little. */
const eventsAtOnce = 1000;

/**
 * A simulated Envoy process with a chain of wasm plugins.
 *
 * ```ts
 * const envoy = await Envoy.start({ plugins: [await loadFilter("filter.json")] });
 * const exchange = await envoy.replay(stream);
 * envoy.stop();
 * ```
 */
export class Envoy implements Host {
  readonly #options: Required<EnvoyOptions>;
  readonly #services: ProcessServices;
  readonly #behaviour: EnvoyBehaviour;
  readonly #givenToAll: GivenValues;
  readonly #trials: PluginTrials;
  readonly #discovery: ExtensionDiscovery;
  readonly #connectionManager: Required<ConnectionManagerOptions>;
  readonly #routes: RouteTable;
  readonly #answers: RecordedAnswers;
  #plugins: readonly PluginConfig[];
  readonly #warnings: string[] = [];
  readonly #timeline = new Timeline();
  #main: EnvoyThread;
  readonly #workers: EnvoyThread[] = [];
  /** What belongs to no thread of plugins. */
  readonly #process = new Dispatcher(this.#timeline);
  #nextConnectionId = 0;
  #state: "starting" | "serving" | "stopped" = "starting";

  /** Starts the process as Envoy does: base VM, canary, main thread, workers. */
  static async start(options: EnvoyOptions): Promise<Envoy> {
    const envoy = new Envoy(options);
    envoy.#start();
    return envoy;
  }

  private constructor(options: EnvoyOptions) {
    this.#options = withDefaults(options);
    this.#behaviour = behaviourOf(this.#options.envoyVersion);
    this.#givenToAll = givenProperties(this.#options.properties);
    this.#plugins = this.#options.plugins;
    checkOptions(this.#options);
    this.#connectionManager = connectionManagerDefaults(this.#options.connectionManager ?? {});
    checkModelled(this.#connectionManager, this.#options.upstreamProtocol);
    this.#routes = new RouteTable(this.#options.virtualHosts);
    this.#answers = new RecordedAnswers(this.#options.callouts);
    this.#services = {
      events: new EventLog(this.#options.wasmLogLevel, this.#options.events, this.#options.hostCallWords),
      clock: simulatedClock(this.#options.clock, () => this.#timeline.now),
      stats: new StatStore(),
      random: new SeededRandom(this.#options.seed),
      sharedData: new SharedDataStore(),
      sharedQueues: new SharedQueueStore(),
      clusters: new ClusterTable(this.#options.clusters, this.#answers, (sentence) =>
        this.#warnings.push(sentence),
      ),
      dns: new DnsTable(this.#options.dns),
      node: this.#options.node,
      envoyVersion: this.#options.envoyVersion,
      instances: new VmInstances(),
    };
    this.#trials = new PluginTrials(this.#timeline, this.#services);
    this.#discovery = new ExtensionDiscovery(this.#trials, this.#services, () => this.#configured);
    this.#main = new EnvoyThread("main", this.#timeline, this.#services);
    this.#timeline.onEvent(() => {
      for (const worker of this.#workers) this.#timeline.as(worker.dispatcher, () => worker.progress());
    });
  }

  /** All log lines since the start. */
  get logs(): readonly LogLine[] {
    return this.#services.events.logs;
  }

  /** All lines of the ABI trace since the start. */
  get trace(): readonly TraceLine[] {
    return this.#services.events.trace;
  }

  get metrics(): readonly Metric[] {
    return this.#services.stats.metrics;
  }

  /** All HTTP callouts of filters since the start. */
  get callouts(): readonly HttpCallout[] {
    return this.#services.events.callouts;
  }

  get grpcCallouts(): readonly GrpcCallout[] {
    return this.#services.events.grpcCallouts;
  }

  /** Simulated milliseconds since the start. */
  get now(): number {
    return this.#timeline.now;
  }

  /** What a person should know before trusting the results, one sentence each. */
  get warnings(): readonly string[] {
    return this.#warnings;
  }

  /**
   * Runs one recorded stream. It is sent before this returns; where it has to wait, simulated time goes on to what
   * it waits for. Several at once share the time. Whatever a filter or a recording does, the promise resolves.
   */
  async replay(stream: RecordedStream, options: ReplayOptions = {}): Promise<Exchange> {
    const begun = this.#begin(stream, options);
    const { worker, run, mark, answers } = begun;
    const events = await this.#run(worker, run, mark, stream.id, options);
    return new ReplayedExchange(stream, run.result(), events, answers.end());
  }

  /**
   * Runs what a recording has, one after the other, and gives what came of it in order: of streams their exchanges, each as `replay`
   * gives it, of connections what `replayConnection` gives, and what happened while time passed and plugins were updated. Only some
   * are held at a time, so that recordings of any size pass; with `events: "exchange"` the process does not grow either. The time
   * limit costs less than with `replay`, since it is set for many streams together: a filter that does not come back is
   * stopped a moment later than `callbackTimeoutMs`. Throws `ERR_OPTIONS` at an update of a plugin that is not there.
   */
  async *replayAll<Item extends RecordedItem>(
    items: Iterable<Item> | AsyncIterable<Item>,
    options: ReplayOptions = {},
  ): AsyncGenerator<Replayed<Item>, void, undefined> {
    for await (const batch of batchesOf<RecordedItem>(items)) {
      for (let next = 0; next < batch.length;) {
        const item = batch[next]!;
        if ("request" in item) {
          const exchanges = this.#replaySlice(batch, next, options);
          next += exchanges.length;
          yield* exchanges as Replayed<Item>[];
        } else {
          next += 1;
          yield (await this.#replayOther(item, options)) as Replayed<Item>;
        }
      }
    }
  }

  /** Whatever is no stream. */
  async #replayOther(
    item: Exclude<RecordedItem, RecordedStream>,
    options: ReplayOptions,
  ): Promise<Exclude<ReplayedItem, Exchange>> {
    if ("events" in item) return this.replayConnection(item, options);
    if ("standing" in item) {
      this.#answers.stand(item.standing);
      return item;
    }
    const { events } = this.#services;
    if ("advanceMs" in item) return replayAdvance(item, this.#updated, events);
    return replayUpdate(item, this.#updated, events);
  }

  get #updated(): UpdatedProcess {
    return {
      plugins: this.#plugins,
      advance: (milliseconds) => this.advance(milliseconds),
      update: (plugins) => this.update(plugins),
      updateExtension: (plugin) => this.updateExtension(plugin),
    };
  }

  /** Answers of recordings that stand, and how many callouts they have answered so far. */
  get standingAnswers(): readonly StandingAnswer[] {
    return this.#answers.standing;
  }

  /** As many of the streams as a moment allows, and at least one. */
  #replaySlice(items: readonly RecordedItem[], first: number, options: ReplayOptions): Exchange[] {
    const exchanges: Exchange[] = [];
    const finish = ({ stream, worker, run, mark, answers }: Begun): void => {
      worker.removeStream(run);
      const events = this.#services.events.since(mark);
      exchanges.push(new ReplayedExchange(stream, run.result(), events, answers.end()));
    };
    const worker = this.#worker(options);
    const end = performance.now() + sliceMs;
    let underway: Begun | null = null;
    this.#guard(
      worker,
      () => {
        for (let index = first; index < items.length; index++) {
          const stream = items[index]!;
          if (!("request" in stream)) return;
          underway = this.#begin(stream, options);
          worker.addStream(underway.run);
          underway.run.progress();
          this.#timeline.runDue();
          if (!underway.run.finished) return;
          finish(underway);
          underway = null;
          if (performance.now() >= end) return;
        }
      },
      sliceMs,
    );
    const last = underway as Begun | null;
    if (last !== null) {
      const wait = this.#waiting(worker, last.run, options.clientTimeoutMs ?? defaultClientTimeoutMs);
      while (!last.run.finished) this.#guard(worker, wait);
      finish(last);
      this.#replaceBrokenThreads(last.stream.id);
    }
    return exchanges;
  }

  #begin(stream: RecordedStream, options: ReplayOptions): Begun {
    const worker = this.#worker(options);
    // Making its filters can start a plugin anew.
    const mark = this.#services.events.mark();
    const answers = this.#answers.begin(stream.callouts);
    const given = this.#given(options);
    const run = new StreamReplay(stream, {
      worker,
      connectionId: this.#nextConnectionId++,
      behaviour: this.#behaviour,
      givenProperties: given,
      bufferLimit: this.#options.perConnectionBufferLimitBytes,
      connectionManager: this.#connectionManager,
      upstreamProtocol: this.#options.upstreamProtocol ?? "HTTP/1.1",
      routes: this.#routes,
      clusterFailure: (name) => routedClusterFailure(name, this.#options.clusters),
      clock: this.#services.clock,
      schedule: (delayMs, run) => worker.dispatcher.schedule("timeout", delayMs, run),
      clientAddress: () => clientAddress(given),
      requestId: () => requestId(this.#services.random),
      afterRead: () => this.#timeline.runDue(),
      pendingCallouts: () => this.#pendingCallouts(),
      needOption: () => this.#needOption(),
    });
    return { stream, worker, run, mark, answers };
  }

  /** Plugins that would work with `allow_on_headers_stop_iteration`. */
  #needOption(): readonly string[] {
    return this.#plugins.filter((plugin) => !plugin.allowOnHeadersStopIteration).map(({ name }) => name);
  }

  /** Clusters that owe an answer. */
  #pendingCallouts(): readonly string[] {
    const { callouts, grpcCallouts } = this.#services.events;
    return [
      ...callouts.filter(({ outcome }) => outcome === "pending").map(({ request }) => request.cluster),
      ...grpcCallouts.filter(({ outcome }) => outcome === "pending").map(({ cluster }) => cluster),
    ];
  }

  /** Runs one recorded TCP connection through the plugins of kind `network`; otherwise as `replay`. */
  async replayConnection(
    connection: RecordedConnection,
    options: ReplayOptions = {},
  ): Promise<ConnectionExchange> {
    const worker = this.#worker(options);
    const mark = this.#services.events.mark();
    const run = new ConnectionReplay(connection, {
      connectionId: this.#nextConnectionId++,
      behaviour: this.#behaviour,
      givenProperties: this.#given(options),
      clock: this.#services.clock,
      accessLog: (info) => worker.accessLog(info, noMaps),
      dispatcher: worker.dispatcher,
      filters: (info, callbacks) => worker.networkFilters(info, callbacks),
      afterRead: () => this.#timeline.runDue(),
      connectsOnData: this.#options.tcpConnectsOnData,
    });
    const answers = this.#answers.begin(connection.callouts);
    const events = await this.#run(worker, run, mark, connection.id, options);
    const { logs, trace, callbacks, callouts, grpcCallouts } = events;
    const unusedCallouts = answers.end();
    return {
      connection,
      ...run.result(),
      ...{ logs, trace, callbacks, callouts, grpcCallouts, unusedCallouts },
    };
  }

  #given({ properties }: ReplayOptions): GivenValues {
    return properties === undefined
      ? this.#givenToAll
      : givenProperties({ ...this.#options.properties, ...properties });
  }

  #worker({ worker: index = 0 }: ReplayOptions): EnvoyThread {
    const worker = this.#workers[index];
    if (worker !== undefined && this.#state === "serving") return worker;
    throw new SimulatorError(
      "ERR_OPTIONS",
      worker === undefined ? `There is no worker ${index}.` : "This Envoy has been stopped.",
      "Start another one, or ask for a worker that exists.",
    );
  }

  /** From the first byte to the end; gives what was logged and traced meanwhile. */
  async #run(
    worker: EnvoyThread,
    run: StreamReplay | ConnectionReplay,
    mark: EventMark,
    id: string,
    { clientTimeoutMs = defaultClientTimeoutMs }: ReplayOptions,
  ): Promise<EventsSince> {
    const { events } = this.#services;
    worker.addStream(run);
    this.#guard(worker, () => {
      run.progress();
      this.#timeline.runDue();
    });
    if (!run.finished) {
      // Streams that are replayed at the same time start before any of them waits.
      await Promise.resolve();
      const wait = this.#waiting(worker, run, clientTimeoutMs);
      while (!run.finished) this.#guard(worker, wait);
    }
    worker.removeStream(run);
    const since = events.since(mark);
    this.#replaceBrokenThreads(id);
    return since;
  }

  /**
   * Lets time go on, some events at once, until the stream has ended; one that nothing but timers moves any more, or
   * for too long, is given up by its client.
   */
  #waiting(worker: EnvoyThread, run: StreamReplay | ConnectionReplay, clientTimeoutMs: number): () => void {
    const end = this.#timeline.now + clientTimeoutMs;
    let ticks = worker.dispatcher.timersRun;
    return () => {
      for (let count = 0; count < eventsAtOnce && !run.finished; count++) {
        const isPatient = this.#timeline.hasMoreThanTimers || worker.dispatcher.timersRun - ticks < patience;
        const { next } = this.#timeline;
        if (isPatient && next !== null && next.due <= end) this.#timeline.runNext();
        else if (run.clientGivesUp()) ticks = worker.dispatcher.timersRun;
      }
      if (run.finished) this.#timeline.runDue();
    };
  }

  /**
   * Lets simulated time pass: timers run out, answers to callouts arrive, streams in flight go on. Throws when a
   * plugin does outside of any stream what a stream would end with as `crashed` or `failed`.
   */
  advance(milliseconds: number): void {
    if (this.#state !== "serving" || !(milliseconds >= 0)) {
      throw new SimulatorError(
        "ERR_OPTIONS",
        this.#state === "serving"
          ? `Time cannot advance by ${milliseconds} ms.`
          : "This Envoy has been stopped.",
        "Give milliseconds, 0 or more, to an Envoy that runs.",
      );
    }
    const end = this.#timeline.now + milliseconds;
    let arrived = false;
    let error: unknown = null;
    while (!arrived && error === null) {
      error = this.#guard(this.#main, () => (arrived = this.#timeline.advanceTo(end, eventsAtOnce)));
    }
    this.#replaceBrokenThreads(`advance(${milliseconds})`);
    if (error !== null) throw error;
  }

  /**
   * Runs something that enters guests. What stops it stops the thread on which it happened; gives that error when no
   * stream was there to end with it.
   */
  #guard(thread: EnvoyThread, run: () => void, graceMs = 0): unknown {
    const { events } = this.#services;
    try {
      runWithDeadline(this.#options.callbackTimeoutMs, run, { graceMs, call: () => events.lastEntered });
      return null;
    } catch (error) {
      const owner = this.#timeline.running;
      this.#timeline.forgetRunning();
      const broken = [this.#main, ...this.#workers].find(({ dispatcher }) => dispatcher === owner) ?? thread;
      const hadStreams = broken.abort(interruption(error));
      return hadStreams ? null : error;
    }
  }

  /**
   * Replaces the plugins, as an update of the listener does (abi.md E.11): new streams get the new ones, streams in
   * flight keep theirs until `drainTimeMs` have passed. Plugins that are equal to one that runs go on as they are. When
   * one of them fails to start, the update is rejected, everything stays, and the log says why.
   */
  update(plugins: readonly PluginConfig[]): "accepted" | "rejected" {
    checkOptions({ ...this.#options, plugins });
    if (this.#state !== "serving")
      throw new SimulatorError("ERR_OPTIONS", "This Envoy has been stopped.", "Start another one.");
    // A listener that is as it was is none to update.
    if (isDeepStrictEqual(plugins, this.#plugins)) return "accepted";
    let outcome: "accepted" | "rejected" = "rejected";
    const error = this.#guard(this.#main, () => {
      if (this.#startUpdate(plugins)) outcome = "accepted";
      this.#timeline.runDue();
    });
    this.#replaceBrokenThreads("an update");
    if (error !== null) throw error;
    return outcome;
  }

  #startUpdate(plugins: readonly PluginConfig[]): boolean {
    const update = new ListenerUpdate([this.#main, ...this.#workers]);
    for (const config of loggersFirst(plugins)) {
      const loaded = this.#loadForUpdate(config);
      if (loaded === null) {
        update.refuse();
        this.#trials.keepOnly(this.#configured);
        return false;
      }
      update.add(loaded);
    }
    this.#plugins = plugins;
    const drain = update.accept();
    for (const thread of [this.#main, ...this.#workers]) this.#warnOfAbsentPlugins(thread);
    this.#process.schedule("timeout", this.#options.drainTimeMs, () => {
      drain();
      this.#trials.keepOnly(this.#configured);
    });
    return true;
  }

  /** Null, with Envoy's log lines, when the plugin does not start. */
  #loadForUpdate(config: PluginConfig): LoadedPlugin | MissingPlugin | null {
    if (config.configDiscovery === true) return this.#discovery.find(config);
    const module = this.#trials.load(config);
    if (module !== null && this.#trials.acceptedByCanary(config, module)) return { config, module };
    const { events } = this.#services;
    events.log("main", "trace", "Unable to create Wasm");
    events.log("main", "critical", `Plugin ${config.name} failed to load`);
    for (const { name } of [this.#main, ...this.#workers])
      events.log(name, "critical", "Plugin configured to fail closed failed to load");
    return null;
  }

  /**
   * Sends another configuration for a plugin with `configDiscovery` (ECDS, abi.md F.8): new streams get it, the old root ends
   * with its last stream. One that is refused leaves the old one serving; the same one once more is accepted and changes
   * nothing, whatever became of it before.
   */
  updateExtension(plugin: PluginConfig): "accepted" | "rejected" {
    const current = this.#plugins.find(
      ({ name, configDiscovery }) => name === plugin.name && configDiscovery,
    );
    if (current === undefined) throw notDiscovered(plugin);
    if (this.#state !== "serving")
      throw new SimulatorError("ERR_OPTIONS", "This Envoy has been stopped.", "Start another one.");
    const config = { ...plugin, configDiscovery: true };
    let came: ReturnType<ExtensionDiscovery["receive"]> = "rejected";
    const error = this.#guard(this.#main, () => {
      came = this.#discovery.receive(config);
      if (typeof came === "object") this.#replaceExtension(current, came);
      this.#timeline.runDue();
    });
    this.#replaceBrokenThreads("an update");
    if (error !== null) throw error;
    return came === "rejected" ? "rejected" : "accepted";
  }

  #replaceExtension(current: PluginConfig, loaded: LoadedPlugin): void {
    const { config } = loaded;
    const ends = [this.#main, ...this.#workers].map((thread) => thread.replace(current, loaded));
    this.#plugins = this.#plugins.map((plugin) => (plugin === current ? config : plugin));
    this.#discovery.replaced(current);
    for (const thread of [this.#main, ...this.#workers]) this.#warnOfAbsentPlugins(thread);
    for (const end of ends.toReversed()) end();
    this.#trials.keepOnly(this.#configured);
  }

  /** SIGTERM: the workers' plugins are told, then the main thread's. */
  stop(): void {
    if (this.#state !== "serving") return;
    this.#shutDown();
  }

  #shutDown(): void {
    this.#state = "stopped";
    const stopped = {
      kind: "reset",
      explanation: "Envoy was stopped while the stream was in flight.",
    } as const;
    for (const worker of this.#workers) {
      worker.abort(stopped);
      worker.shutDown();
    }
    this.#main.abort(stopped);
    this.#main.shutDown();
    const { singletons } = this.#options;
    this.#trials.keepOnly(singletons);
    for (let left = singletons; left.length > 0; this.#trials.keepOnly(left))
      left = this.#main.shutDownSingleton();
  }

  #start(): void {
    const { plugins, singletons, workers } = this.#options;
    const start = (): void => {
      for (const plugin of loggersFirst(plugins))
        if (plugin.configDiscovery !== true) this.#main.add(this.#load(plugin));
      for (const plugin of singletons) this.#main.addSingleton(this.#load(plugin));
      for (const plugin of plugins)
        if (plugin.configDiscovery === true) this.#main.add(this.#discovery.find(plugin));
      this.#main.arrange(plugins);
      this.#warnOfAbsentPlugins(this.#main);
      for (let index = 0; index < workers; index++) this.#workers.push(this.#startThread(`worker-${index}`));
      this.#timeline.runDue();
    };
    const { events } = this.#services;
    runWithDeadline(this.#options.callbackTimeoutMs, start, {
      graceMs: this.#options.callbackTimeoutMs * (workers + 2),
      call: () => events.lastEntered,
    });
    for (const plugin of plugins) {
      if (plugin.needsAllowOnHeadersStopIteration !== true || plugin.allowOnHeadersStopIteration) continue;
      this.#warnings.push(
        `Plugin "${plugin.name}" needs allow_on_headers_stop_iteration, which is off: a request with a body will hang as soon as the filter returns StopIteration from headers. Set allowOnHeadersStopIteration: true.`,
      );
    }
    this.#state = "serving";
  }

  #startThread(name: ThreadName): EnvoyThread {
    const thread = new EnvoyThread(name, this.#timeline, this.#services);
    for (const config of inStartOrder(this.#plugins)) thread.add(this.#running(config));
    thread.arrange(this.#plugins);
    if (name === "main")
      for (const config of this.#options.singletons)
        thread.addSingleton({ config, module: this.#module(config) });
    this.#warnOfAbsentPlugins(thread);
    return thread;
  }

  /** What Envoy does with a plugin while it reads its configuration. */
  #load(config: PluginConfig): LoadedPlugin {
    const module = this.#module(config);
    return this.#trials.acceptedByCanary(config, module) ? { config, module } : this.#fail(config, startHint);
  }

  /** A plugin that this process has already accepted, or that has no configuration yet. */
  #running(config: PluginConfig): LoadedPlugin | MissingPlugin {
    return this.#discovery.isMissing(config)
      ? { config, module: null }
      : { config, module: this.#module(config) };
  }

  #module(config: PluginConfig): LoadedModule {
    return this.#trials.load(config) ?? this.#fail(config, loadHint);
  }

  /** Everything that has to have a base VM. */
  get #configured(): readonly PluginConfig[] {
    return [
      ...this.#plugins.filter((plugin) => !this.#discovery.isMissing(plugin)),
      ...this.#options.singletons,
    ];
  }

  /** What only the canary can prevent: Envoy serves without a plugin that fails later, whatever its failure policy. */
  #warnOfAbsentPlugins(thread: EnvoyThread): void {
    for (const name of thread.absentPlugins)
      this.#warnings.push(
        `Plugin "${name}" started in the canary and failed on ${thread.name}: Envoy lets every stream there pass without it.`,
      );
  }

  #fail(plugin: PluginConfig, hint: string): never {
    const { name, vmConfig } = plugin;
    const { events } = this.#services;
    // The base VM that only this plugin wanted goes at once, the rest with the process.
    const isFirstUser = this.#configured.find((other) => vmKey(other) === vmKey(plugin)) === plugin;
    if (isFirstUser) this.#trials.forget(plugin);
    // An empty file does not get as far as that.
    if (vmConfig.code.length > 0) events.log("main", "trace", "Unable to create Wasm");
    events.log("main", "critical", `Plugin ${name} failed to load`);
    events.log("main", "critical", "Plugin configured to fail closed failed to load");
    this.#shutDown();
    throw new EnvoyStartError(name, events.logs, events.trace, hint);
  }

  /** After something that a real Envoy could not have gone through, what comes next gets fresh VMs. */
  #replaceBrokenThreads(after: string): void {
    const warn = (thread: EnvoyThread) =>
      this.#warnings.push(
        `${thread.name} was started anew after ${after}, which it did not survive: what its filters had kept in memory is gone.`,
      );
    if (this.#main.broken) {
      warn(this.#main);
      this.#main = this.#startThread("main");
    }
    for (const [index, worker] of this.#workers.entries()) {
      if (!worker.broken) continue;
      warn(worker);
      this.#workers[index] = this.#startThread(worker.name);
    }
  }
}

/** Configurations that come by themselves come after the listener's. */
function inStartOrder(plugins: readonly PluginConfig[]): readonly PluginConfig[] {
  const later = plugins.filter(({ configDiscovery }) => configDiscovery === true);
  return [...loggersFirst(plugins.filter((plugin) => !later.includes(plugin))), ...later];
}

/** A connection manager makes what logs its streams before the filters of its chain (conformance: access-logger/turned-to). */
function loggersFirst(plugins: readonly PluginConfig[]): readonly PluginConfig[] {
  const isLogger = ({ kind }: PluginConfig) => kind === "access-logger";
  return [...plugins.filter(isLogger), ...plugins.filter((plugin) => !isLogger(plugin))];
}

const loadHint =
  "If the module does not load, as-proxy-wasm check lists every problem; if its start-up code traps, look at its log lines.";
const startHint =
  "proxy_on_vm_start and proxy_on_configure must return true and must not trap; look at the filter's own log lines.";
