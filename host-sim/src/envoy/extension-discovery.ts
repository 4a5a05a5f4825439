import { isDeepStrictEqual } from "node:util";
import { SimulatorError } from "../errors.js";
import type { PluginConfig } from "./plugin-config.js";
import type { ProcessServices } from "./plugin-host.js";
import type { PluginTrials } from "./plugin-trials.js";
import type { LoadedPlugin, MissingPlugin } from "./thread-plugin.js";

/** Configurations of HTTP filters that come by themselves (ECDS, abi.md F.8): what came, and what was made of it. */
export class ExtensionDiscovery {
  /** The last that came, by name, also when it was refused. */
  readonly #received = new Map<string, PluginConfig>();
  /** Plugins that have had no good one yet. */
  readonly #missing = new Set<PluginConfig>();

  constructor(
    private readonly trials: PluginTrials,
    private readonly services: Pick<ProcessServices, "events" | "stats">,
    /** What has to keep its base VM. */
    private readonly configured: () => readonly PluginConfig[],
  ) {}

  isMissing(config: PluginConfig): boolean {
    return this.#missing.has(config);
  }

  /** What a listener finds when it starts: what has come already, or the first one. */
  find(config: PluginConfig): LoadedPlugin | MissingPlugin {
    const isKnown = isDeepStrictEqual(config, this.#received.get(config.name));
    const wasRefused = [...this.#missing].some(({ name }) => name === config.name);
    const module = isKnown && !wasRefused ? this.trials.load(config) : null;
    const loaded = module === null ? this.#try(config) : { config, module };
    if (loaded === null) this.#missing.add(config);
    return loaded ?? { config, module: null };
  }

  /** Another one comes. The last one once more is a success that changes nothing, whatever became of it before. */
  receive(config: PluginConfig): LoadedPlugin | "unchanged" | "rejected" {
    if (!isDeepStrictEqual(config, this.#received.get(config.name))) return this.#try(config) ?? "rejected";
    this.#count(config, "update_attempt", "update_success");
    return "unchanged";
  }

  /** It has taken the place of this one. */
  replaced(config: PluginConfig): void {
    this.#missing.delete(config);
  }

  /** Null, with Envoy's log lines, when it is refused. */
  #try(config: PluginConfig): LoadedPlugin | null {
    this.#count(config, "update_attempt", "config_reload");
    this.#received.set(config.name, config);
    const loaded = this.trials.accept(config);
    if (loaded !== null) {
      this.#count(config, "update_success");
      return loaded;
    }
    this.#count(config, "update_rejected", "config_fail");
    this.trials.keepOnly(this.configured().filter((plugin) => plugin !== config));
    const { events } = this.services;
    events.log("main", "trace", "Unable to create Wasm");
    events.log("main", "critical", `Plugin ${config.name} failed to load`);
    // Envoy's workers say so too, or not: it is a race.
    events.log("main", "critical", "Plugin configured to fail closed failed to load");
    return null;
  }

  #count({ name }: PluginConfig, ...what: readonly string[]): void {
    for (const one of what)
      this.services.stats.count(`extension_config_discovery.http_filter.${name}.${one}`);
  }
}

/** `updateExtension` of a plugin whose configuration does not come by itself. */
export function notDiscovered({ name }: PluginConfig): SimulatorError {
  return new SimulatorError(
    "ERR_OPTIONS",
    `There is no plugin "${name}" with configDiscovery.`,
    "Start an Envoy with a plugin of this name that has configDiscovery: true.",
  );
}
