import { ExtensionDiscovery } from "./extension-discovery.js";
import type { PluginConfig } from "./plugin-config.js";
import { vmKey, type ProcessServices } from "./plugin-host.js";
import { PluginTrials } from "./plugin-trials.js";
import type { LoadedPlugin, MissingPlugin } from "./thread-plugin.js";
import type { Timeline } from "./timeline.js";

/** The plugins that a process runs now, by its configuration, and what it has found out about them. */
export class ConfiguredPlugins {
  readonly trials: PluginTrials;
  readonly discovery: ExtensionDiscovery;

  constructor(
    /** The filter chain; an update replaces it. */
    public chain: readonly PluginConfig[],
    /** Those of the bootstrap. */
    readonly singletons: readonly PluginConfig[],
    timeline: Timeline,
    private readonly services: ProcessServices,
  ) {
    this.trials = new PluginTrials(timeline, services);
    this.discovery = new ExtensionDiscovery(this.trials, services, () => this.configured);
  }

  /** Everything that has to have a base VM. */
  get configured(): readonly PluginConfig[] {
    return [...this.chain.filter((plugin) => !this.discovery.isMissing(plugin)), ...this.singletons];
  }

  /** No other plugin before this one wanted its base VM. */
  isFirstUser(plugin: PluginConfig): boolean {
    const key = vmKey(plugin, this.services);
    return this.configured.find((other) => vmKey(other, this.services) === key) === plugin;
  }

  /** A plugin that this process has already accepted, or that has no configuration yet. */
  running(config: PluginConfig): LoadedPlugin | MissingPlugin {
    return this.discovery.isMissing(config) ? { config, module: null } : this.accepted(config);
  }

  accepted(config: PluginConfig): LoadedPlugin {
    const module = this.trials.load(config);
    if (module === null) throw new Error(`plugin "${config.name}" was accepted and does not load any more`);
    return { config, module };
  }

  /** Base VMs of plugins that are not configured any more go. */
  forgetUnused(): void {
    this.trials.keepOnly(this.configured);
  }
}

/** Configurations that come by themselves come after the listener's. */
export function inStartOrder(plugins: readonly PluginConfig[]): readonly PluginConfig[] {
  const later = plugins.filter(({ configDiscovery }) => configDiscovery === true);
  return [...loggersFirst(plugins.filter((plugin) => !later.includes(plugin))), ...later];
}

/** A connection manager makes what logs its streams before the filters of its chain (conformance: access-logger/turned-to). */
export function loggersFirst(plugins: readonly PluginConfig[]): readonly PluginConfig[] {
  const isLogger = ({ kind }: PluginConfig) => kind === "access-logger";
  return [...plugins.filter(isLogger), ...plugins.filter((plugin) => !isLogger(plugin))];
}
