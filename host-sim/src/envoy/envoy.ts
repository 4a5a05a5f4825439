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
import type { Exchange } from "../http/exchange.js";
import { type StreamEnvironment, StreamReplay } from "../http/replay.js";
import { RouteTable } from "../http/route/route-table.js";
import type { Misuse } from "../source/misuse.js";
import type { Trap } from "../source/trap.js";
import type { RecordedItem } from "../recording/recording.js";
import type { RecordedConnection } from "../recording/recorded-connection.js";
import type { RecordedStream } from "../recording/recorded-stream.js";
import type { ConnectionExchange } from "../tcp/connection-exchange.js";
import { ConnectionReplay } from "../tcp/connection-replay.js";
import { noMaps } from "./child-context.js";
import { simulatedClock } from "./clock.js";
import { ConfiguredPlugins } from "./configured-plugins.js";
import { checkOptions, withDefaults, type EnvoyOptions, type ReplayOptions } from "./envoy-options.js";
import { batchesOf } from "./batches.js";
import { clientAddress } from "./client-address.js";
import { EventLog, type EventMark, type EventsSince, type LogLine, type TraceLine } from "./event-log.js";
import { updateExtension } from "./extension-update.js";
import { givenProperties, type GivenValues } from "./given-properties.js";
import { eventsAtOnce, Guard } from "./guard.js";
import type { Host } from "./host.js";
import { notDiscovered } from "./extension-discovery.js";
import { replayAdvance, replayUpdate, type UpdatedProcess } from "./replay-between.js";
import type { Replayed, ReplayedItem } from "./replayed-item.js";
import { ReplayedExchange } from "./replayed-exchange.js";
import { StatStore, type Metric } from "./metrics.js";
import type { PluginConfig } from "./plugin-config.js";
import { VmInstances, type ProcessServices } from "./plugin-host.js";
import type { EnvoyProcess } from "./process.js";
import { SeededRandom } from "./random.js";
import { requestId } from "./request-id.js";
import { SharedDataStore } from "./shared-data.js";
import { SharedQueueStore } from "./shared-queues.js";
import { startUp } from "./start-up.js";
import type { EnvoyThread } from "./thread.js";
import { Threads } from "./threads.js";
import { Timeline } from "./timeline.js";
import { updateListener } from "./update.js";
import { waitingFor } from "./waiting.js";

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
  readonly #connectionManager: Required<ConnectionManagerOptions>;
  readonly #routes: RouteTable;
  readonly #answers: RecordedAnswers;
  readonly #warnings: string[] = [];
  readonly #timeline = new Timeline();
  readonly #plugins: ConfiguredPlugins;
  readonly #threads: Threads;
  readonly #guard: Guard;
  readonly #process: EnvoyProcess;
  readonly #environments = new WeakMap<EnvoyThread, StreamEnvironment>();
  #nextConnectionId = 0;
  #stopped = false;

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
    checkOptions(this.#options);
    this.#connectionManager = connectionManagerDefaults(this.#options.connectionManager ?? {});
    checkModelled(this.#connectionManager, this.#options.upstreamProtocol);
    this.#routes = new RouteTable(this.#options.virtualHosts);
    this.#answers = new RecordedAnswers(this.#options.callouts);
    const timeline = this.#timeline;
    const warn = (sentence: string): void => void this.#warnings.push(sentence);
    const services: ProcessServices = {
      events: new EventLog(this.#options.wasmLogLevel, this.#options.events, this.#options.hostCallWords),
      clock: simulatedClock(this.#options.clock, () => timeline.now),
      stats: new StatStore(),
      random: new SeededRandom(this.#options.seed),
      sharedData: new SharedDataStore(),
      sharedQueues: new SharedQueueStore(),
      clusters: new ClusterTable(this.#options.clusters, this.#answers, warn),
      dns: new DnsTable(this.#options.dns),
      node: this.#options.node,
      envoyVersion: this.#options.envoyVersion,
      memoryLimitPages: this.#options.memoryLimitPages,
      instances: new VmInstances(),
    };
    this.#services = services;
    const { singletons, callbackTimeoutMs } = this.#options;
    const plugins = new ConfiguredPlugins(this.#options.plugins, singletons, timeline, services);
    const threads = new Threads(plugins, timeline, services, warn);
    const guard = new Guard(threads, timeline, services.events, callbackTimeoutMs);
    this.#plugins = plugins;
    this.#threads = threads;
    this.#guard = guard;
    this.#process = { timeline, services, plugins, threads, guard };
  }

  #start(): void {
    const { workers, callbackTimeoutMs, plugins } = this.#options;
    startUp(this.#process, workers, callbackTimeoutMs);
    for (const plugin of plugins) {
      if (plugin.needsAllowOnHeadersStopIteration !== true || plugin.allowOnHeadersStopIteration) continue;
      this.#warnings.push(
        `Plugin "${plugin.name}" needs allow_on_headers_stop_iteration, which is off: a request with a body will hang as soon as the filter returns StopIteration from headers. Set allowOnHeadersStopIteration: true.`,
      );
    }
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

  /** All misuses since the start. */
  get misuses(): readonly Misuse[] {
    return this.#services.events.misuses;
  }

  /** All traps since the start. */
  get traps(): readonly Trap[] {
    return this.#services.events.traps;
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
          for (const exchange of exchanges as Replayed<Item>[]) yield exchange;
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
      plugins: this.#plugins.chain,
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
    this.#guard.run(
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
      this.#wait(worker, last.run, options);
      finish(last);
      this.#threads.replaceBroken(last.stream.id);
    }
    return exchanges;
  }

  #begin(stream: RecordedStream, options: ReplayOptions): Begun {
    const worker = this.#worker(options);
    // Making its filters can start a plugin anew.
    const mark = this.#services.events.mark();
    const answers = this.#answers.begin(stream.callouts);
    const run = new StreamReplay(stream, this.#environment(worker), {
      connectionId: this.#nextConnectionId++,
      givenProperties: this.#given(options),
    });
    return { stream, worker, run, mark, answers };
  }

  /** What the streams of a thread get, made once. */
  #environment(worker: EnvoyThread): StreamEnvironment {
    let environment = this.#environments.get(worker);
    if (environment !== undefined) return environment;
    environment = {
      worker,
      behaviour: this.#behaviour,
      bufferLimit: this.#options.perConnectionBufferLimitBytes,
      connectionManager: this.#connectionManager,
      upstreamProtocol: this.#options.upstreamProtocol ?? "HTTP/1.1",
      routes: this.#routes,
      clusterFailure: (name) => routedClusterFailure(name, this.#options.clusters),
      clock: this.#services.clock,
      schedule: (delayMs, run) => worker.dispatcher.schedule("timeout", delayMs, run),
      clientAddress,
      requestId: () => requestId(this.#services.random),
      afterRead: () => this.#timeline.runDue(),
      pendingCallouts: () => this.#pendingCallouts(),
      needOption: () => this.#needOption(),
    };
    this.#environments.set(worker, environment);
    return environment;
  }

  /** Plugins that would work with `allow_on_headers_stop_iteration`. */
  #needOption(): readonly string[] {
    return this.#plugins.chain
      .filter((plugin) => !plugin.allowOnHeadersStopIteration)
      .map(({ name }) => name);
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
    const { logs, trace, callbacks, callouts, grpcCallouts, traps, misuses } = events;
    const unusedCallouts = answers.end();
    return {
      connection,
      ...run.result(),
      ...{ logs, trace, callbacks, callouts, grpcCallouts, traps, misuses, unusedCallouts },
    };
  }

  #given({ properties }: ReplayOptions): GivenValues {
    return properties === undefined
      ? this.#givenToAll
      : givenProperties({ ...this.#options.properties, ...properties });
  }

  #worker({ worker: index = 0 }: ReplayOptions): EnvoyThread {
    this.#checkRunning();
    const worker = this.#threads.workers[index];
    if (worker !== undefined) return worker;
    throw new SimulatorError(
      "ERR_OPTIONS",
      `There is no worker ${index}.`,
      "Ask for a worker that exists, or start an Envoy with more of them.",
    );
  }

  #checkRunning(): void {
    if (this.#stopped)
      throw new SimulatorError("ERR_OPTIONS", "This Envoy has been stopped.", "Start another one.");
  }

  /** From the first byte to the end; gives what was logged and traced meanwhile. */
  async #run(
    worker: EnvoyThread,
    run: StreamReplay | ConnectionReplay,
    mark: EventMark,
    id: string,
    options: ReplayOptions,
  ): Promise<EventsSince> {
    worker.addStream(run);
    this.#guard.run(worker, () => {
      run.progress();
      this.#timeline.runDue();
    });
    if (!run.finished) {
      // Streams that are replayed at the same time start before any of them waits.
      await Promise.resolve();
      this.#wait(worker, run, options);
    }
    worker.removeStream(run);
    const since = this.#services.events.since(mark);
    this.#threads.replaceBroken(id);
    return since;
  }

  #wait(
    worker: EnvoyThread,
    run: StreamReplay | ConnectionReplay,
    { clientTimeoutMs = defaultClientTimeoutMs }: ReplayOptions,
  ): void {
    const wait = waitingFor(run, worker, this.#timeline, clientTimeoutMs);
    while (!run.finished) this.#guard.run(worker, wait);
  }

  /**
   * Lets simulated time pass: timers run out, answers to callouts arrive, streams in flight go on. Throws when a
   * plugin does outside of any stream what a stream would end with as `crashed` or `failed`.
   */
  advance(milliseconds: number): void {
    this.#checkRunning();
    if (!(milliseconds >= 0))
      throw new SimulatorError(
        "ERR_OPTIONS",
        `Time cannot advance by ${milliseconds} ms.`,
        "Give milliseconds, 0 or more.",
      );
    const end = this.#timeline.now + milliseconds;
    let arrived = false;
    let error: unknown = null;
    while (!arrived && error === null) {
      error = this.#guard.run(
        this.#threads.main,
        () => (arrived = this.#timeline.advanceTo(end, eventsAtOnce)),
      );
    }
    this.#threads.replaceBroken(`advance(${milliseconds})`);
    if (error !== null) throw error;
  }

  /**
   * Replaces the plugins, as an update of the listener does (abi.md E.11): new streams get the new ones, streams in
   * flight keep theirs until `drainTimeMs` have passed. Plugins that are equal to one that runs go on as they are. When
   * one of them fails to start, the update is rejected, everything stays, and the log says why.
   */
  update(plugins: readonly PluginConfig[]): "accepted" | "rejected" {
    checkOptions({ ...this.#options, plugins });
    this.#checkRunning();
    // A listener that is as it was is none to update.
    if (isDeepStrictEqual(plugins, this.#plugins.chain)) return "accepted";
    return this.#update(() => updateListener(plugins, this.#options.drainTimeMs, this.#process));
  }

  /**
   * Sends another configuration for a plugin with `configDiscovery` (ECDS, abi.md F.8): new streams get it, the old root ends
   * with its last stream. One that is refused leaves the old one serving; the same one once more is accepted and changes
   * nothing, whatever became of it before.
   */
  updateExtension(plugin: PluginConfig): "accepted" | "rejected" {
    const current = this.#plugins.chain.find(
      ({ name, configDiscovery }) => name === plugin.name && configDiscovery,
    );
    if (current === undefined) throw notDiscovered(plugin);
    this.#checkRunning();
    return this.#update(() => updateExtension(current, { ...plugin, configDiscovery: true }, this.#process));
  }

  #update(apply: () => boolean): "accepted" | "rejected" {
    let accepted = false;
    this.#guard.runAndReplace(this.#threads.main, "an update", () => {
      accepted = apply();
      this.#timeline.runDue();
    });
    return accepted ? "accepted" : "rejected";
  }

  /** SIGTERM: the workers' plugins are told, then the main thread's. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#threads.shutDown();
  }
}
