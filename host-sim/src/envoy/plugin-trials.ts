import type { LoadedModule } from "./loaded-module.js";
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
import type { LoadedPlugin } from "./thread-plugin.js";
import { Dispatcher, type Timeline } from "./timeline.js";

/** What a module has shown in its base VM. */
interface BaseVm {
  readonly module: LoadedModule;
  /** The first plugin that asked for it. */
  readonly plugin: PluginConfig;
}

/** What Envoy does with a plugin before any thread runs it: a base VM for the module, a canary for the plugin (abi.md 7.1). */
export class PluginTrials {
  readonly #baseVms = new Map<string, BaseVm>();
  /** Whether a plugin like this started, by VM and plugin. */
  readonly #verdicts = new Map<string, boolean>();

  constructor(
    private readonly timeline: Timeline,
    private readonly services: ProcessServices,
  ) {}

  /** Both trials; null, with Envoy's log lines, when the plugin fails one. */
  accept(config: PluginConfig): LoadedPlugin | null {
    const module = this.load(config);
    return module !== null && this.acceptedByCanary(config, module) ? { config, module } : null;
  }

  /** The plugin's module in its base VM; null, with Envoy's log lines, when it does not load. */
  load(plugin: PluginConfig): LoadedModule | null {
    const key = vmKey(plugin, this.services);
    const existing = this.#baseVms.get(key);
    if (existing !== undefined) return existing.module;
    const thread = { name: "main", dispatcher: new Dispatcher(this.timeline), isCanary: true } as const;
    const module = loadForEnvoy(plugin, thread, this.services);
    if (module !== null) this.#baseVms.set(key, { module, plugin });
    return module;
  }

  /** Tries a plugin in a VM of its own. The verdict about an equal plugin holds. */
  acceptedByCanary(plugin: PluginConfig, module: LoadedModule): boolean {
    const key = `${vmKey(plugin, this.services)}:${pluginKey(plugin, this.services)}`;
    const verdict = this.#verdicts.get(key);
    if (verdict !== undefined) return verdict;
    const thread = { name: "main", dispatcher: new Dispatcher(this.timeline), isCanary: true } as const;
    const canary = startVm("Thread-Local", plugin, module, thread, this.services);
    if (canary === null) return false;
    const accepted = startPlugin(plugin, canary, this.services) !== null;
    thread.dispatcher.close();
    stopVm("main", plugin, this.services);
    this.#verdicts.set(key, accepted);
    return accepted;
  }

  /** The base VM of a module goes when no plugin is configured to run it. */
  keepOnly(plugins: readonly PluginConfig[]): void {
    const used = new Set(plugins.map((plugin) => vmKey(plugin, this.services)));
    for (const [key, { plugin }] of this.#baseVms) if (!used.has(key)) this.forget(plugin);
  }

  forget(plugin: PluginConfig): void {
    const key = vmKey(plugin, this.services);
    if (!this.#baseVms.delete(key)) return;
    // What was found out in canaries of this base VM is forgotten with it.
    for (const verdict of this.#verdicts.keys())
      if (verdict.startsWith(`${key}:`)) this.#verdicts.delete(verdict);
    stopVm("main", plugin, this.services);
  }
}
