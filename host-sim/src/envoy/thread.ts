import type { FilterChain } from "../http/filter-manager.js";
import type { Outcome } from "../http/exchange.js";
import type { StreamInfo } from "../http/stream-info.js";
import type { ThreadName } from "./event-log.js";
import type { LoadedModule } from "./loaded-module.js";
import type { PluginConfig } from "./plugin-config.js";
import {
  pluginKey,
  startPlugin,
  startVm,
  stopVm,
  vmKey,
  type ProcessServices,
  type RunningVm,
} from "./plugin-host.js";
import type { RootContext } from "./root-context.js";
import { StreamContext } from "./stream-context.js";
import { Dispatcher, type Timeline } from "./timeline.js";
import { WasmFilter } from "./wasm-filter.js";

/** A plugin as one thread runs it. */
interface ThreadPlugin {
  readonly config: PluginConfig;
  readonly running: RunningVm;
  readonly root: RootContext;
}

/** A stream between its first byte and its end. */
export interface StreamInFlight {
  /** Sends what can be sent now. */
  progress(): void;
  /** What happened around it keeps it from going on. */
  abort(outcome: Outcome): void;
}

/** The main thread or a worker: its VMs and the root contexts in them. */
export class EnvoyThread {
  readonly #vms = new Map<string, RunningVm>();
  readonly #roots = new Map<string, RootContext>();
  readonly #plugins: ThreadPlugin[] = [];
  readonly #streams = new Set<StreamInFlight>();
  readonly dispatcher: Dispatcher;
  #broken = false;
  readonly isCanary = false;

  constructor(
    readonly name: ThreadName,
    timeline: Timeline,
    private readonly services: ProcessServices,
  ) {
    this.dispatcher = new Dispatcher(timeline);
  }

  /** Starts one more plugin, in a VM of its own or in one it shares. False when it fails. */
  add(config: PluginConfig, module: LoadedModule): boolean {
    const key = vmKey(config);
    let running = this.#vms.get(key) ?? null;
    if (running === null) {
      running = startVm("Thread-Local", config, module, this, this.services);
      if (running === null) return false;
      this.#vms.set(key, running);
    }
    const rootKey = `${key}:${pluginKey(config)}`;
    const root = this.#roots.get(rootKey) ?? startPlugin(config, running, this.services);
    if (root === null) return false;
    this.#roots.set(rootKey, root);
    this.#plugins.push({ config, running, root });
    return true;
  }

  /** The plugins as filters of one new stream. */
  filterChain(info: () => StreamInfo): FilterChain {
    return (callbacks) =>
      this.#plugins.map(({ config, running: { vm, scope }, root }, index) => {
        const createContext = () =>
          vm.addContext(
            (id) => new StreamContext(id, root, callbacks(index), info(), scope, this.services.node),
          );
        return new WasmFilter(
          config.name,
          vm,
          root.id,
          config.allowOnHeadersStopIteration,
          callbacks(index),
          createContext,
        );
      });
  }

  addStream(stream: StreamInFlight): void {
    this.#streams.add(stream);
  }

  removeStream(stream: StreamInFlight): void {
    this.#streams.delete(stream);
  }

  /** Something happened: the streams of this thread go as far as they can. */
  progress(): void {
    for (const stream of this.#streams) stream.progress();
  }

  /** The thread cannot go on: what waits on it never happens. False when no stream was on its way. */
  abort(outcome: Outcome): boolean {
    this.#broken = true;
    this.dispatcher.close();
    const hadStreams = this.#streams.size > 0;
    for (const stream of this.#streams) stream.abort(outcome);
    this.#streams.clear();
    return hadStreams;
  }

  get broken(): boolean {
    return this.#broken;
  }

  /** The process ends: the last plugin first, a VM with the last of its plugins (abi.md F.7). */
  shutDown(): void {
    const roots = new Set(this.#plugins.map(({ root }) => root).toReversed());
    for (const root of roots) {
      root.shutDown();
      roots.delete(root);
      const isLastOfVm = ![...roots].some(({ vm }) => vm === root.vm);
      if (isLastOfVm) stopVm(this.name, this.services);
    }
  }
}
