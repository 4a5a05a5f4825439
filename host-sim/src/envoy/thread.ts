import type { FilterChain } from "../http/filter-manager.js";
import type { Outcome } from "../http/exchange.js";
import type { FinalMaps } from "../http/stream-filter.js";
import type { StreamInfo } from "../http/stream-info.js";
import type { NetworkCallbacks } from "../tcp/network-filter.js";
import { ConnectionContext } from "./connection-context.js";
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
import { WasmNetworkFilter } from "./wasm-network-filter.js";
import { WasmFilter } from "./wasm-filter.js";

/** A plugin as one thread runs it. */
interface ThreadPlugin {
  readonly config: PluginConfig;
  readonly running: RunningVm;
  readonly root: RootContext;
}

/** A plugin with the module it runs. */
export interface LoadedPlugin {
  readonly config: PluginConfig;
  readonly module: LoadedModule;
}

/** A stream between its first byte and its end. */
export interface StreamInFlight {
  /** Sends what can be sent now. */
  progress(): void;
  /** What happened around it keeps it from going on: nothing of it is told to the plugins. */
  abort(outcome: Outcome): void;
  /** Envoy closes the client's connection. */
  close(details: string): void;
}

/** The main thread or a worker: its VMs and the root contexts in them. */
export class EnvoyThread {
  readonly isCanary = false;
  readonly dispatcher: Dispatcher;
  readonly #vms = new Map<string, RunningVm>();
  /** Every root that is not deleted, by VM and plugin, also those that only old streams use. */
  readonly #roots = new Map<string, RootContext>();
  /** What new streams get. */
  #plugins: readonly ThreadPlugin[] = [];
  readonly #streams = new Map<StreamInFlight, readonly ThreadPlugin[]>();
  #broken = false;

  constructor(
    readonly name: ThreadName,
    timeline: Timeline,
    private readonly services: ProcessServices,
  ) {
    this.dispatcher = new Dispatcher(timeline);
  }

  /** Something stopped this thread: it must be replaced. */
  get broken(): boolean {
    return this.#broken;
  }

  /** Starts one more plugin, in a VM of its own or in one it shares. False when it fails. */
  add(plugin: LoadedPlugin): boolean {
    const started = this.#start(plugin);
    if (started !== null) this.#plugins = [...this.#plugins, started];
    return started !== null;
  }

  /**
   * New streams get these plugins; those that are equal to one that runs keep it (abi.md E.11). False when one fails:
   * then all stays as it was.
   */
  update(plugins: readonly LoadedPlugin[]): boolean {
    const started: ThreadPlugin[] = [];
    for (const plugin of plugins) {
      const one = this.#start(plugin);
      if (one === null) return false;
      started.push(one);
    }
    this.#plugins = started;
    return true;
  }

  #start({ config, module }: LoadedPlugin): ThreadPlugin | null {
    const key = vmKey(config);
    let running = this.#vms.get(key) ?? null;
    if (running === null) {
      running = startVm("Thread-Local", config, module, this, this.services);
      if (running === null) return null;
      this.#vms.set(key, running);
    }
    const rootKey = `${key}:${pluginKey(config)}`;
    const root = this.#roots.get(rootKey) ?? startPlugin(config, running, this.services);
    if (root === null) return null;
    this.#roots.set(rootKey, root);
    return { config, running, root };
  }

  /** What an update replaced has drained: its last streams are closed, then its roots end (abi.md E.11). */
  drain(): void {
    for (const [stream, plugins] of this.#streams) {
      if (plugins === this.#plugins) continue;
      stream.close("downstream_local_disconnect(filter_chain_is_being_removed)");
      this.#streams.delete(stream);
    }
    const current = new Set(this.#plugins.map(({ root }) => root));
    for (const [key, root] of this.#roots) {
      if (current.has(root)) continue;
      // A plugin of the same kind that comes later gets a root of its own.
      this.#roots.delete(key);
      root.shutDown(() => this.#stopUnusedVm(root));
    }
  }

  /** A VM goes with the last of its roots. */
  #stopUnusedVm({ vm, plugin }: RootContext): void {
    if (vm.hasRoots) return;
    for (const [key, running] of this.#vms) {
      if (running.vm !== vm) continue;
      this.#vms.delete(key);
      stopVm(this.name, plugin, this.services);
    }
  }

  /** The plugins as filters of one new stream. */
  filterChain(info: () => StreamInfo): FilterChain {
    const plugins = this.#plugins.filter(({ config }) => (config.kind ?? "http") === "http");
    return (callbacks) =>
      plugins.map(({ config, running: { vm, scope }, root }, index) => {
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

  /** The network plugins as filters of one new connection. */
  networkFilters(
    info: StreamInfo,
    callbacks: (index: number) => NetworkCallbacks,
  ): readonly WasmNetworkFilter[] {
    return this.#plugins
      .filter(({ config }) => config.kind === "network")
      .map(({ config, running: { vm, scope }, root }, index) => {
        const createContext = () =>
          vm.addContext(
            (id) => new ConnectionContext(id, root, callbacks(index), info, scope, this.services.node),
          );
        return new WasmNetworkFilter(config.name, vm, root.id, callbacks(index), createContext);
      });
  }

  /** The access loggers get an exchange that has ended (abi.md 10). */
  accessLog(info: StreamInfo, maps: FinalMaps): void {
    for (const { config, root } of this.#plugins)
      if (config.kind === "access-logger") root.logStream(info, maps);
  }

  addStream(stream: StreamInFlight): void {
    this.#streams.set(stream, this.#plugins);
  }

  removeStream(stream: StreamInFlight): void {
    this.#streams.delete(stream);
  }

  /** Something happened: the streams of this thread go as far as they can. */
  progress(): void {
    for (const stream of this.#streams.keys()) stream.progress();
  }

  /** The thread cannot go on: what waits on it never happens. False when no stream was on its way. */
  abort(outcome: Outcome): boolean {
    this.#broken = true;
    this.dispatcher.close();
    const hadStreams = this.#streams.size > 0;
    for (const stream of this.#streams.keys()) stream.abort(outcome);
    this.#streams.clear();
    return hadStreams;
  }

  /** The process ends: the last plugin first, a VM with the last of its plugins (abi.md F.7). */
  shutDown(): void {
    const current = this.#plugins.map(({ root }) => root).toReversed();
    const roots = new Set([...current, ...this.#roots.values()]);
    for (const root of roots) {
      root.shutDown();
      roots.delete(root);
      const isLastOfVm = ![...roots].some(({ vm }) => vm === root.vm);
      if (isLastOfVm) stopVm(this.name, root.plugin, this.services);
    }
  }
}
