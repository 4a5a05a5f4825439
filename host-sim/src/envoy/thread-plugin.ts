import type { PluginConfig } from "./plugin-config.js";
import { failurePolicy, reloadBackoffMs } from "./failure-policy.js";
import type { LoadedModule } from "./loaded-module.js";
import type { ProcessServices, RunningVm } from "./plugin-host.js";
import type { RootContext } from "./root-context.js";
import type { Dispatcher } from "./timeline.js";

/** A plugin with the module it runs. */
export interface LoadedPlugin {
  readonly config: PluginConfig;
  readonly module: LoadedModule;
}

/** A plugin whose configuration has not come, or was refused. */
export interface MissingPlugin {
  readonly config: PluginConfig;
  readonly module: null;
}

/** A root context of a plugin and the VM it lives in. */
export interface PluginInstance {
  readonly running: RunningVm;
  readonly root: RootContext;
}

/** A plugin as one thread runs it: what a new stream gets of it, also when its VM has failed (abi.md 11). */
export class ThreadPlugin {
  #plugin: LoadedPlugin | MissingPlugin;
  #instance: PluginInstance | null;
  #loadedAt: number;

  constructor(
    plugin: LoadedPlugin | MissingPlugin,
    private readonly dispatcher: Dispatcher,
    private readonly services: ProcessServices,
    private readonly start: (plugin: LoadedPlugin) => PluginInstance | null,
  ) {
    this.#plugin = plugin;
    this.#instance = plugin.module === null ? null : start(plugin);
    this.#loadedAt = dispatcher.now;
  }

  /** Streams are answered with 500 until a configuration comes. */
  get isMissing(): boolean {
    return this.#plugin.module === null;
  }

  /** A new configuration takes the place of the old one; gives what new streams do not get any more. */
  replace(plugin: LoadedPlugin): PluginInstance | null {
    const before = this.#instance;
    this.#plugin = plugin;
    this.#instance = this.start(plugin);
    this.#loadedAt = this.dispatcher.now;
    return before;
  }

  get config(): PluginConfig {
    return this.#plugin.config;
  }

  /** Null: the plugin did not start on this thread, and Envoy goes on without it, whatever its failure policy says. */
  get instance(): PluginInstance | null {
    return this.#instance;
  }

  /**
   * What a new stream gets: null when it passes the plugin by, else an instance, which fails the stream if it is dead.
   * Only this ever starts a dead plugin anew.
   */
  forNewStream(): PluginInstance | null {
    this.#reloadIfDead();
    const isDead = this.#instance?.running.vm.failed === true;
    return isDead && failurePolicy(this.config) === "FAIL_OPEN" ? null : this.#instance;
  }

  #reloadIfDead(): void {
    if (this.#instance?.running.vm.failed !== true || failurePolicy(this.config) !== "FAIL_RELOAD") return;
    const { stats, random } = this.services;
    const count = (what: string) => stats.count(`wasm.${this.config.name}.vm_reload_${what}`);
    if (this.dispatcher.now - this.#loadedAt < reloadBackoffMs(this.config, random)) {
      count("backoff");
      return;
    }
    // Whether it succeeds or not: the next attempt waits again.
    this.#loadedAt = this.dispatcher.now;
    const instance = this.#plugin.module === null ? null : this.start(this.#plugin);
    count(instance === null ? "failure" : "success");
    this.#instance = instance ?? this.#instance;
  }
}
