import { SimulatorError } from "../errors.js";
import type { Exchange } from "../http/exchange.js";
import { interruption } from "../http/exchange-signals.js";
import { replayStream } from "../http/replay.js";
import type { RecordedStream } from "../recording/recorded-stream.js";
import { systemClock, type Clock } from "./clock.js";
import { runWithDeadline } from "./deadline.js";
import { EnvoyStartError } from "./envoy-start-error.js";
import { EventLog, type LogLine, type TraceLine, type WasmLogLevel } from "./event-log.js";
import type { LoadedModule } from "./loaded-module.js";
import { StatStore, type Metric } from "./metrics.js";
import type { PluginConfig } from "./plugin-config.js";
import {
  loadForEnvoy,
  pluginKey,
  startPlugin,
  startVm,
  stopVm,
  vmKey,
  type ProcessServices,
} from "./plugin-host.js";
import type { NodeIdentity } from "./plugin-properties.js";
import { SharedDataStore } from "./shared-data.js";
import { EnvoyThread } from "./thread.js";

export interface EnvoyOptions {
  /** The filter chain, the plugin nearest the client first. */
  readonly plugins: readonly PluginConfig[];
  /** Envoy's `--concurrency`. Default 1. */
  readonly workers?: number;
  /** Of the listener; also how much is read at once. Default 1 MiB. */
  readonly perConnectionBufferLimitBytes?: number;
  /** Envoy's `--component-log-level wasm:LEVEL`. Default `info`. */
  readonly wasmLogLevel?: WasmLogLevel;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** How long one replayed stream may keep the filter busy; Infinity: for ever. Default 1000. */
  readonly callbackTimeoutMs?: number;
  /** `node` of the bootstrap, which filters can read. Default `sim`, `sim`. */
  readonly node?: NodeIdentity;
}

export interface ReplayOptions {
  /** Which worker takes the connection. Default 0. */
  readonly worker?: number;
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
export class Envoy {
  readonly #options: Required<EnvoyOptions>;
  readonly #services: ProcessServices;
  readonly #modules = new Map<string, LoadedModule>();
  readonly #canaries = new Set<string>();
  readonly #warnings: string[] = [];
  readonly #main: EnvoyThread;
  readonly #workers: EnvoyThread[] = [];
  #nextConnectionId = 0;
  #state: "starting" | "serving" | "stopped" = "starting";

  /** Starts the process as Envoy does: base VM, canary, main thread, workers. */
  static async start(options: EnvoyOptions): Promise<Envoy> {
    const envoy = new Envoy(options);
    envoy.#start();
    return envoy;
  }

  private constructor(options: EnvoyOptions) {
    this.#options = {
      workers: 1,
      perConnectionBufferLimitBytes: 1024 * 1024,
      wasmLogLevel: "info",
      clock: systemClock,
      callbackTimeoutMs: 1000,
      node: { id: "sim", cluster: "sim" },
      ...options,
    };
    checkOptions(this.#options);
    this.#services = {
      events: new EventLog(this.#options.wasmLogLevel),
      clock: this.#options.clock,
      stats: new StatStore(),
      sharedData: new SharedDataStore(),
      node: this.#options.node,
      instances: { count: 0 },
    };
    this.#main = new EnvoyThread("main", this.#services);
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

  /** What a person should know before trusting the results, one sentence each. */
  get warnings(): readonly string[] {
    return this.#warnings;
  }

  /** Runs one recorded stream. Whatever a filter or a recording does, the promise resolves. */
  async replay(stream: RecordedStream, options: ReplayOptions = {}): Promise<Exchange> {
    const index = options.worker ?? 0;
    const worker = this.#workers[index];
    if (worker === undefined || this.#state !== "serving") {
      throw new SimulatorError(
        "ERR_OPTIONS",
        worker === undefined ? `There is no worker ${index}.` : "This Envoy has been stopped.",
        "Start another one, or ask for a worker that exists.",
      );
    }
    const { events, clock } = this.#services;
    const mark = events.mark();
    const connectionId = this.#nextConnectionId++;
    const unanswered = {
      upstream: null,
      response: null,
      localReply: null,
      responseCodeDetails: null,
      wire: { upstream: new Uint8Array(), downstream: new Uint8Array() },
    };
    const run = () =>
      replayStream(stream, {
        worker,
        connectionId,
        bufferLimit: this.#options.perConnectionBufferLimitBytes,
        clock,
        needOption: this.#options.plugins
          .filter((plugin) => !plugin.allowOnHeadersStopIteration)
          .map(({ name }) => name),
      });
    let result: ReturnType<typeof replayStream>;
    try {
      result = runWithDeadline(this.#options.callbackTimeoutMs, run);
    } catch (error) {
      result = { ...unanswered, outcome: interruption(error) };
    }
    const exchange = { stream, ...result, ...events.since(mark) };
    if (result.outcome.kind === "failed" || result.outcome.kind === "crashed")
      this.#replaceWorker(index, exchange);
    return exchange;
  }

  /** Runs the timers of all threads once, the main thread's first. */
  tick(): void {
    this.#main.tick();
    for (const worker of this.#workers) worker.tick();
  }

  /** SIGTERM: the workers' plugins are told, then the main thread's. */
  stop(): void {
    if (this.#state !== "serving") return;
    this.#shutDown();
  }

  #shutDown(): void {
    this.#state = "stopped";
    for (const worker of this.#workers) worker.shutDown();
    this.#main.shutDown();
    for (const _base of this.#modules) stopVm("main", this.#services);
  }

  #start(): void {
    const { plugins, workers } = this.#options;
    runWithDeadline(this.#options.callbackTimeoutMs * (workers + 3), () => {
      for (const plugin of plugins) this.#addPlugin(plugin);
      for (let index = 0; index < workers; index++) this.#workers.push(this.#startWorker(index));
    });
    for (const plugin of plugins) {
      if (plugin.needsAllowOnHeadersStopIteration !== true || plugin.allowOnHeadersStopIteration) continue;
      this.#warnings.push(
        `Plugin "${plugin.name}" needs allow_on_headers_stop_iteration, which is off: a request with a body will hang as soon as the filter returns StopIteration from headers. Set allowOnHeadersStopIteration: true.`,
      );
    }
    this.#state = "serving";
  }

  #startWorker(index: number): EnvoyThread {
    const worker = new EnvoyThread(`worker-${index}`, this.#services);
    for (const plugin of this.#options.plugins) {
      const module = this.#modules.get(vmKey(plugin));
      if (module === undefined || !worker.add(plugin, module)) this.#fail(plugin, startHint);
    }
    return worker;
  }

  /** What Envoy does with a plugin while it reads its configuration. */
  #addPlugin(plugin: PluginConfig): void {
    const key = vmKey(plugin);
    let module = this.#modules.get(key) ?? null;
    if (module === null) {
      module = loadForEnvoy(plugin, this.#services);
      if (module === null) return this.#fail(plugin, loadHint);
      this.#modules.set(key, module);
    }
    if (!this.#acceptedByCanary(plugin, module) || !this.#main.add(plugin, module))
      this.#fail(plugin, startHint);
  }

  /** Tries a plugin in a VM of its own. The verdict about an equal plugin holds. */
  #acceptedByCanary(plugin: PluginConfig, module: LoadedModule): boolean {
    const key = `${vmKey(plugin)}:${pluginKey(plugin)}`;
    if (this.#canaries.has(key)) return true;
    const canary = startVm("Thread-Local", plugin, module, "main", this.#services);
    if (canary === null) return false;
    const accepted = startPlugin(plugin, canary, this.#services) !== null;
    stopVm("main", this.#services);
    if (accepted) this.#canaries.add(key);
    return accepted;
  }

  #fail(plugin: PluginConfig, hint: string): never {
    const { name, vmConfig } = plugin;
    const { events } = this.#services;
    // The base VM that only this plugin wanted goes at once, the rest with the process.
    const isOnlyUser =
      this.#options.plugins.filter((other) => vmKey(other) === vmKey(plugin)).indexOf(plugin) === 0;
    if (isOnlyUser && this.#modules.delete(vmKey(plugin))) stopVm("main", this.#services);
    // An empty file does not get as far as that.
    if (vmConfig.code.length > 0) events.log("main", "trace", "Unable to create Wasm");
    events.log("main", "critical", `Plugin ${name} failed to load`);
    events.log("main", "critical", "Plugin configured to fail closed failed to load");
    this.#shutDown();
    throw new EnvoyStartError(name, events.logs, events.trace, hint);
  }

  /** After something that a real Envoy could not have gone through, the next stream gets fresh VMs. */
  #replaceWorker(index: number, { stream, outcome }: Exchange): void {
    this.#warnings.push(
      `worker-${index} was started anew after ${stream.id}, which ended as "${outcome.kind}": what its filters had kept in memory is gone.`,
    );
    this.#workers[index] = this.#startWorker(index);
  }
}

const loadHint =
  "If the module does not load, as-proxy-wasm check lists every problem; if its start-up code traps, look at its log lines.";
const startHint =
  "proxy_on_vm_start and proxy_on_configure must return true and must not trap; look at the filter's own log lines.";

function checkOptions({ plugins, workers, perConnectionBufferLimitBytes }: Required<EnvoyOptions>): void {
  const problem =
    plugins.length === 0
      ? "plugins is empty"
      : !Number.isInteger(workers) || workers < 1
        ? `workers is ${workers}`
        : !(perConnectionBufferLimitBytes > 0)
          ? `perConnectionBufferLimitBytes is ${perConnectionBufferLimitBytes}`
          : null;
  if (problem === null) return;
  throw new SimulatorError(
    "ERR_OPTIONS",
    `Envoy cannot start: ${problem}.`,
    "Give at least one plugin, one worker, and a positive limit.",
  );
}
