import { loggersFirst } from "./configured-plugins.js";
import { EnvoyStartError } from "./envoy-start-error.js";
import type { PluginConfig } from "./plugin-config.js";
import type { EnvoyProcess } from "./process.js";
import type { LoadedPlugin } from "./thread-plugin.js";

/** Starts a process as Envoy does: base VMs, canaries, the main thread, workers. Throws `EnvoyStartError` when a real one would exit. */
export function startUp(process: EnvoyProcess, workers: number, callbackTimeoutMs: number): void {
  const { timeline, plugins, threads, guard } = process;
  guard.deadline(
    () => {
      for (const plugin of loggersFirst(plugins.chain))
        if (plugin.configDiscovery !== true) threads.main.add(load(plugin, process));
      for (const plugin of plugins.singletons) threads.main.addSingleton(load(plugin, process));
      for (const plugin of plugins.chain)
        if (plugin.configDiscovery === true) threads.main.add(plugins.discovery.find(plugin));
      threads.main.arrange(plugins.chain);
      threads.warnOfAbsentPlugins(threads.main);
      for (let count = 0; count < workers; count++) threads.addWorker();
      timeline.runDue();
    },
    callbackTimeoutMs * (workers + 2),
  );
}

/** What Envoy does with a plugin while it reads its configuration. */
function load(config: PluginConfig, process: EnvoyProcess): LoadedPlugin {
  const { trials } = process.plugins;
  const module = trials.load(config);
  if (module === null) return fail(config, loadHint, process);
  return trials.acceptedByCanary(config, module) ? { config, module } : fail(config, startHint, process);
}

function fail(plugin: PluginConfig, hint: string, { plugins, threads, services }: EnvoyProcess): never {
  const { name, vmConfig } = plugin;
  const { events } = services;
  // The base VM that only this plugin wanted goes at once, the rest with the process.
  if (plugins.isFirstUser(plugin)) plugins.trials.forget(plugin);
  // An empty file does not get as far as that.
  if (vmConfig.code.length > 0) events.log("main", "trace", "Unable to create Wasm");
  events.log("main", "critical", `Plugin ${name} failed to load`);
  events.log("main", "critical", "Plugin configured to fail closed failed to load");
  threads.shutDown();
  throw new EnvoyStartError(name, events.logs, events.trace, events.traps, hint);
}

const loadHint =
  "If the module does not load, as-proxy-wasm check lists every problem; if its start-up code traps, look at its log lines.";
const startHint =
  "proxy_on_vm_start and proxy_on_configure must return true and must not trap; look at the filter's own log lines.";
