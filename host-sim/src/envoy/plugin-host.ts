import { createHash } from "node:crypto";
import { fromBytes, fromText } from "../byte-string.js";
import { behaviourOf, type EnvoyVersion } from "../envoy-versions.js";
import { Expressions } from "../foreign/expressions.js";
import { BaseContext, type VmScope } from "./base-context.js";
import type { Clock } from "./clock.js";
import type { EventLog, ThreadName } from "./event-log.js";
import { initializationFailed } from "../module/inspect-module.js";
import { moduleDigest } from "../module/module-digest.js";
import { loadModule, type LoadedModule } from "./loaded-module.js";
import type { ClusterTable } from "../callout/clusters.js";
import type { DnsTable } from "../callout/dns.js";
import { CalloutTokens } from "../callout/tokens.js";
import { MetricIds, type StatStore } from "./metrics.js";
import { configurationBytes, type PluginConfig } from "./plugin-config.js";
import type { NodeIdentity } from "./plugin-properties.js";
import type { SeededRandom } from "./random.js";
import { RootContext } from "./root-context.js";
import type { SharedDataStore } from "./shared-data.js";
import type { SharedQueueStore } from "./shared-queues.js";
import type { Dispatcher } from "./timeline.js";
import { WasmVm } from "./wasm-vm.js";

/** What the whole process shares. */
export interface ProcessServices {
  readonly events: EventLog;
  readonly clock: Clock;
  readonly stats: StatStore;
  readonly random: SeededRandom;
  readonly sharedData: SharedDataStore;
  readonly sharedQueues: SharedQueueStore;
  readonly clusters: ClusterTable;
  readonly dns: DnsTable;
  readonly node: NodeIdentity;
  readonly envoyVersion: EnvoyVersion;
  readonly memoryLimitPages: number;
  /** Instances that exist now, by vm_id; Envoy counts them in its debug lines. */
  readonly instances: VmInstances;
}

export class VmInstances {
  readonly #byVmId = new Map<string, number>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(vmId: string): void {
    this.#count += 1;
    this.#byVmId.set(vmId, (this.#byVmId.get(vmId) ?? 0) + 1);
  }

  /** True when it was the last one of its vm_id. */
  remove(vmId: string): boolean {
    this.#count -= 1;
    const left = (this.#byVmId.get(vmId) ?? 0) - 1;
    this.#byVmId.set(vmId, left);
    return left <= 0;
  }
}

/** Where a VM runs. */
export interface VmThread {
  readonly name: ThreadName;
  readonly dispatcher: Dispatcher;
  /** The VM only tries whether a plugin starts. */
  readonly isCanary: boolean;
}

/** A VM of one thread with the scope its contexts share. */
export interface RunningVm {
  readonly vm: WasmVm;
  readonly scope: VmScope;
}

/** Plugins with equal keys share a VM: vm_id, VM configuration, environment, capabilities and code (abi.md 7.1, G). */
export function vmKey(
  { vmConfig, capabilityRestrictionConfig }: PluginConfig,
  { envoyVersion }: Pick<ProcessServices, "envoyVersion">,
): string {
  const environment = Object.entries(vmConfig.environmentVariables ?? {}).toSorted();
  const apart = behaviourOf(envoyVersion).has("capabilities-in-vm-key");
  const capabilities = apart ? (capabilityRestrictionConfig?.allowedCapabilities.toSorted() ?? []) : [];
  const configuration = fromBytes(configurationBytes(vmConfig.configuration));
  return createHash("sha256")
    .update(JSON.stringify([vmConfig.vmId, configuration, environment, capabilities]))
    .update(moduleDigest(vmConfig.code))
    .digest("hex");
}

/** Plugins with equal keys in one VM share a root context: Envoy compares the whole PluginConfig, not what it is used for. */
export function pluginKey(
  plugin: PluginConfig,
  { envoyVersion }: Pick<ProcessServices, "envoyVersion">,
): string {
  const { configuration, failurePolicy, failOpen, reloadConfig, allowOnHeadersStopIteration } = plugin;
  const kind =
    configuration === null ? "none" : configuration instanceof Uint8Array ? "bytes" : typeof configuration;
  const bytes = fromBytes(configurationBytes(configuration));
  const isWhole = behaviourOf(envoyVersion).has("whole-plugin-key");
  const options = isWhole ? [failurePolicy, failOpen, reloadConfig, allowOnHeadersStopIteration] : [];
  return JSON.stringify([plugin.name, plugin.rootId, kind, bytes, ...options]);
}

/** Loads a module for Envoy and tries it in the base VM, or logs in Envoy's words why it cannot be used. */
export function loadForEnvoy(
  plugin: PluginConfig,
  thread: VmThread,
  services: ProcessServices,
): LoadedModule | null {
  const loaded = loadModule(plugin, services.envoyVersion, services.memoryLimitPages);
  if ("compiled" in loaded) return startVm("Base", plugin, loaded, thread, services) === null ? null : loaded;
  // An empty file does not even become a VM.
  if (loaded.loadErrors.length > 0) {
    createVm("Base", "main", plugin, services);
    for (const line of loaded.loadErrors) services.events.log("main", "error", fromText(line));
    stopVm("main", plugin, services);
  }
  return null;
}

function createVm(
  kind: "Base" | "Thread-Local",
  thread: ThreadName,
  plugin: PluginConfig,
  { events, instances }: ProcessServices,
): void {
  instances.add(plugin.vmConfig.vmId);
  events.log(thread, "debug", `${kind} Wasm created ${instances.count} now active`);
}

/** Creates and initialises a VM; null, with Envoy's log lines, when its start-up code fails. */
export function startVm(
  kind: "Base" | "Thread-Local",
  plugin: PluginConfig,
  module: LoadedModule,
  { name: thread, dispatcher, isCanary }: VmThread,
  services: ProcessServices,
): RunningVm | null {
  const { events } = services;
  createVm(kind, thread, plugin, services);
  const { vmId, configuration, environmentVariables } = plugin.vmConfig;
  const scope: VmScope = {
    thread,
    events,
    metrics: new MetricIds(services.stats),
    sharedData: services.sharedData,
    sharedQueues: services.sharedQueues,
    dispatcher,
    clusters: services.clusters,
    tokens: new CalloutTokens(),
    dns: services.dns,
    expressions: new Expressions(),
    isCanary,
    behaviour: behaviourOf(services.envoyVersion),
    vmId: fromText(vmId),
    vmConfiguration: configurationBytes(configuration),
  };
  const fail = (...lines: string[]) => {
    for (const line of lines) events.log(thread, "error", fromText(line));
    stopVm(thread, plugin, services);
    return null;
  };
  for (const line of module.exportErrors) events.log(thread, "error", fromText(line));
  let vm: WasmVm;
  try {
    vm = new WasmVm(module, new BaseContext(scope), new Map(Object.entries(environmentVariables ?? {})), {
      thread,
      events,
      clock: services.clock,
      random: services.random,
      plugin: plugin.name,
      allowedCapabilities: module.allowedCapabilities,
      behaviour: behaviourOf(services.envoyVersion),
      memoryLimitPages: services.memoryLimitPages,
    });
  } catch (error) {
    // A start section that traps, or memory that the engine does not give.
    if (!(error instanceof WebAssembly.RuntimeError || error instanceof RangeError)) throw error;
    return fail("Failed to create new Wasm instance", initializationFailed);
  }
  vm.initialize();
  return vm.failed || module.exportErrors.length > 0 ? fail(initializationFailed) : { vm, scope };
}

/** A VM goes; its contexts were told before. With the last one of a vm_id goes what they shared. */
export function stopVm(thread: ThreadName, plugin: PluginConfig, services: ProcessServices): void {
  const { events, instances, sharedData, sharedQueues } = services;
  const { vmId } = plugin.vmConfig;
  if (instances.remove(vmId)) {
    sharedData.deleteVmId(fromText(vmId));
    sharedQueues.deleteVmId(fromText(vmId));
  }
  events.log(thread, "debug", `~Wasm ${instances.count} remaining active`);
}

/** Starts a plugin in a VM; null, with Envoy's log line, when it refuses. A canary is "base" in Envoy's words. */
export function startPlugin(
  plugin: PluginConfig,
  { vm, scope }: RunningVm,
  services: ProcessServices,
): RootContext | null {
  const root = vm.addContext((id) => new RootContext(id, plugin, vm, scope, services.node));
  const result = root.start();
  if (result === "started") return root;
  const kind = scope.isCanary ? "base" : "thread-local";
  const reason =
    result === "start failed" ? `Failed to start ${kind} Wasm` : `Failed to configure ${kind} Wasm plugin`;
  vm.removeContext(root.id);
  services.events.log(scope.thread, "error", `Wasm VM failed ${reason}`);
  return null;
}
