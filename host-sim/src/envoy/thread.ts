import type { FilterChain } from "../http/filter-manager.js";
import type { Outcome } from "../http/exchange.js";
import { MissingConfigFilter } from "../http/missing-config-filter.js";
import type { FinalMaps, StreamFilter } from "../http/stream-filter.js";
import type { StreamInfo } from "../http/stream-info.js";
import type { NetworkCallbacks } from "../tcp/network-filter.js";
import { ConnectionContext } from "./connection-context.js";
import type { ThreadName } from "./event-log.js";
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
import { ThreadLocalSlots } from "./thread-local-slots.js";
import { ThreadPlugin, type LoadedPlugin, type MissingPlugin, type PluginInstance } from "./thread-plugin.js";
import { Dispatcher, type Timeline } from "./timeline.js";
import { WasmNetworkFilter } from "./wasm-network-filter.js";
import { WasmFilter } from "./wasm-filter.js";

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
  /** Where plugins start, by key. A dead VM stays here until another one takes its place. */
  readonly #vms = new Map<string, RunningVm>();
  /** Every VM that exists, with the first plugin that asked for it. */
  readonly #existing = new Map<RunningVm, PluginConfig>();
  /** What was replaced while streams still had to do with it. */
  readonly #heldByStreams = new Map<PluginInstance, Set<StreamInFlight>>();
  /** Every root that is not deleted, by VM and plugin, also those that only old streams use. */
  readonly #roots = new Map<string, RootContext>();
  /** What new streams get. */
  #plugins: PluginChain = [];
  /** What updates have replaced, and streams may still have. */
  readonly #draining = new Set<PluginChain>();
  /** On the main thread alone: what runs for no streams. */
  #singletons: PluginChain = [];
  readonly #slots = new ThreadLocalSlots();
  readonly #streams = new Map<StreamInFlight, PluginChain>();
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

  /** Plugins that did not start here, which the canary could not foresee: Envoy goes on without them. */
  get absentPlugins(): readonly string[] {
    return [...this.#plugins, ...this.#singletons]
      .filter(({ instance, isMissing }) => instance === null && !isMissing)
      .map(({ config }) => config.name);
  }

  /** Starts one more plugin, in a VM of its own or in one it shares. */
  add(plugin: LoadedPlugin | MissingPlugin): void {
    this.#plugins = [...this.#plugins, this.#threadPlugin(plugin)];
  }

  /** Puts the plugins into the order of the chain, whatever the one was in which they started. */
  arrange(chain: readonly PluginConfig[]): void {
    this.#plugins = this.#plugins.toSorted((a, b) => chain.indexOf(a.config) - chain.indexOf(b.config));
  }

  /** Another configuration for one place in the chain; gives the old one's end, which the main thread awaits. */
  replace(current: PluginConfig, plugin: LoadedPlugin): () => void {
    const place = this.#plugins.find(({ config }) => config === current);
    const before = place?.replace(plugin) ?? null;
    if (place !== undefined) this.#slots.replace(place);
    return () => {
      if (before !== null) this.#release(before, this.#streams.keys());
    };
  }

  addSingleton(plugin: LoadedPlugin): void {
    this.#singletons = [...this.#singletons, this.#threadPlugin(plugin)];
  }

  /** Starts a plugin of an update that is not decided yet; one that is equal to one that runs is that one (abi.md E.11). */
  startForUpdate(plugin: LoadedPlugin | MissingPlugin): ThreadPlugin {
    return this.#threadPlugin(plugin);
  }

  /** The update is accepted: new streams get these plugins. Gives what they replace, which drains. */
  adopt(plugins: PluginChain): PluginChain {
    const before = this.#plugins;
    this.#draining.add(before);
    this.#plugins = plugins;
    return before;
  }

  /** The update is refused: what was started for it alone ends. `before` is what was there before. */
  discard(plugins: PluginChain, before: ReadonlySet<RootContext>): void {
    for (const root of inOrderOfEnd(plugins)) {
      if (before.has(root)) continue;
      this.#forget(root);
      root.shutDown(() => this.#stopUnusedVm(root));
    }
    this.#slots.free(plugins);
  }

  /** The roots that are not deleted. */
  get roots(): ReadonlySet<RootContext> {
    return new Set(this.#roots.values());
  }

  #threadPlugin(plugin: LoadedPlugin | MissingPlugin): ThreadPlugin {
    const created = new ThreadPlugin(plugin, this.dispatcher, this.services, (one) => this.#start(one));
    if (!created.isMissing) this.#slots.take(created);
    return created;
  }

  #start({ config, module }: LoadedPlugin): PluginInstance | null {
    const key = vmKey(config, this.services);
    let running = this.#vms.get(key) ?? null;
    // Whatever starts after a VM has died gets another one.
    if (running === null || running.vm.failed) {
      running = startVm("Thread-Local", config, module, this, this.services);
      if (running === null) return null;
      this.#vms.set(key, running);
      this.#existing.set(running, config);
    }
    const rootKey = `${key}:${pluginKey(config, this.services)}`;
    const existing = this.#roots.get(rootKey) ?? null;
    const root = existing?.vm === running.vm ? existing : startPlugin(config, running, this.services);
    if (root !== null) this.#roots.set(rootKey, root);
    else if (!running.vm.hasRoots) this.#stop(running);
    return root === null ? null : { running, root };
  }

  #stop(running: RunningVm): void {
    const plugin = this.#existing.get(running);
    if (plugin === undefined) return;
    this.#existing.delete(running);
    if (this.#vms.get(vmKey(plugin, this.services)) === running)
      this.#vms.delete(vmKey(plugin, this.services));
    stopVm(this.name, plugin, this.services);
  }

  /** A plugin for a new stream; a dead VM that nobody uses any more goes. */
  #forNewStream(plugin: ThreadPlugin): PluginInstance | null {
    const before = plugin.instance;
    const instance = plugin.forNewStream();
    if (before !== null && plugin.instance !== before)
      this.#release(before, plugin.config.kind === "access-logger" ? [] : this.#streams.keys());
    return instance;
  }

  /** Ends what was replaced, as soon as the last of these streams has ended. */
  #release(instance: PluginInstance, streams: Iterable<StreamInFlight>): void {
    const holders = new Set(streams);
    if (holders.size > 0) this.#heldByStreams.set(instance, holders);
    else this.#finish(instance);
  }

  #finish(instance: PluginInstance): void {
    const { root } = instance;
    this.#heldByStreams.delete(instance);
    const isUsed = [...this.#plugins, ...this.#singletons].some((plugin) => plugin.instance?.root === root);
    if (isUsed) return;
    this.#forget(root);
    root.shutDown(() => this.#stopUnusedVm(root));
  }

  /** False: it has ended already. */
  #forget(root: RootContext): boolean {
    for (const [key, other] of this.#roots) if (other === root) return this.#roots.delete(key);
    return false;
  }

  /**
   * The chain that an update replaced has drained: its last streams are closed, then its roots end, but those that another
   * chain has as well (abi.md E.11).
   */
  drain(chain: PluginChain): void {
    this.#draining.delete(chain);
    for (const [stream, plugins] of this.#streams) {
      if (plugins !== chain) continue;
      stream.close("downstream_local_disconnect(filter_chain_is_being_removed)");
      this.#streams.delete(stream);
    }
    const used = new Set([this.#plugins, this.#singletons, ...this.#draining].flatMap(rootsOf));
    for (const { root } of this.#heldByStreams.keys()) used.add(root);
    for (const root of inOrderOfEnd(chain)) {
      // A plugin of the same kind that comes later gets a root of its own.
      if (used.has(root) || !this.#forget(root)) continue;
      root.shutDown(() => this.#stopUnusedVm(root));
    }
    this.#slots.free(chain);
  }

  /** A VM goes with the last of its roots. */
  #stopUnusedVm({ vm }: RootContext): void {
    if (vm.hasRoots) return;
    for (const running of this.#existing.keys()) if (running.vm === vm) this.#stop(running);
  }

  /** The plugins as filters of one new stream. */
  filterChain(info: () => StreamInfo): FilterChain {
    return (callbacks) =>
      this.#filters<StreamFilter>(
        "http",
        ({ allowOnHeadersStopIteration, name }, { running, root }, index) => {
          const { vm, scope } = running;
          const context = vm.failed
            ? null
            : vm.addContext(
                (id) => new StreamContext(id, root, callbacks(index), info(), scope, this.services.node),
              );
          return new WasmFilter(name, vm, root.id, allowOnHeadersStopIteration, callbacks(index), context);
        },
        (name, index) => [new MissingConfigFilter(name, callbacks(index))],
      );
  }

  /** The network plugins as filters of one new connection. */
  networkFilters(
    info: StreamInfo,
    callbacks: (index: number) => NetworkCallbacks,
  ): readonly WasmNetworkFilter[] {
    return this.#filters("network", ({ name }, { running, root }, index) => {
      const { vm, scope } = running;
      const context = vm.failed
        ? null
        : vm.addContext(
            (id) => new ConnectionContext(id, root, callbacks(index), info, scope, this.services.node),
          );
      return new WasmNetworkFilter(name, vm, root.id, callbacks(index), context);
    });
  }

  /** One filter after the other: starting a plugin anew takes an id in between. */
  #filters<Filter>(
    kind: "http" | "network",
    create: (config: PluginConfig, instance: PluginInstance, index: number) => Filter,
    missing: (name: string, index: number) => Filter[] = () => [],
  ): Filter[] {
    const filters: Filter[] = [];
    for (const plugin of this.#plugins) {
      if ((plugin.config.kind ?? "http") !== kind) continue;
      if (plugin.isMissing) {
        filters.push(...missing(plugin.config.name, filters.length));
        continue;
      }
      const instance = this.#forNewStream(plugin);
      if (instance !== null) filters.push(create(plugin.config, instance, filters.length));
    }
    return filters;
  }

  /** The access loggers get an exchange that has ended (abi.md 10). */
  accessLog(info: StreamInfo, maps: FinalMaps): void {
    for (const plugin of this.#plugins)
      if (plugin.config.kind === "access-logger") this.#forNewStream(plugin)?.root.logStream(info, maps);
  }

  addStream(stream: StreamInFlight): void {
    this.#streams.set(stream, this.#plugins);
  }

  removeStream(stream: StreamInFlight): void {
    this.#streams.delete(stream);
    if (this.#heldByStreams.size === 0) return;
    for (const [instance, streams] of this.#heldByStreams)
      if (streams.delete(stream) && streams.size === 0) this.#finish(instance);
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

  /** The process ends: the last plugin first, a VM with the last of its plugins (abi.md F.7). Singletons stay. */
  shutDown(): void {
    const held = [...this.#heldByStreams.keys()].map(({ root }) => root);
    const singletons = new Set(rootsOf(this.#singletons));
    const inOrderOfSlots = this.#plugins.toSorted((a, b) => this.#slots.of(a) - this.#slots.of(b));
    const roots = new Set([...held, ...inOrderOfEnd(inOrderOfSlots), ...this.#roots.values()]);
    for (const root of roots) if (!singletons.has(root)) this.#end(root);
  }

  /** Then the last singleton; gives the ones that are left. */
  shutDownSingleton(): readonly PluginConfig[] {
    const [root] = rootsOf(this.#singletons.slice(-1));
    this.#singletons = this.#singletons.slice(0, -1);
    if (root !== undefined) this.#end(root);
    return this.#singletons.map(({ config }) => config);
  }

  #end(root: RootContext): void {
    root.shutDown();
    this.#forget(root);
    if ([...this.#roots.values()].some(({ vm }) => vm === root.vm)) return;
    for (const running of this.#existing.keys()) if (running.vm === root.vm) this.#stop(running);
  }
}

/** What a stream gets of the thread. */
export type PluginChain = readonly ThreadPlugin[];

const isLogger = ({ config }: ThreadPlugin) => config.kind === "access-logger";

/** Filters in reverse, then what logs the streams (conformance: access-logger). */
function inOrderOfEnd(chain: PluginChain): readonly RootContext[] {
  const filters = chain.filter((plugin) => !isLogger(plugin));
  return [...rootsOf(filters).toReversed(), ...rootsOf(chain.filter(isLogger))];
}

function rootsOf(plugins: PluginChain): readonly RootContext[] {
  return plugins.flatMap(({ instance }) => (instance === null ? [] : [instance.root]));
}
