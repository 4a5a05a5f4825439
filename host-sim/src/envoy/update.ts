import { loggersFirst } from "./configured-plugins.js";
import { ListenerUpdate } from "./listener-update.js";
import type { PluginConfig } from "./plugin-config.js";
import type { EnvoyProcess } from "./process.js";
import type { LoadedPlugin, MissingPlugin } from "./thread-plugin.js";
import { Dispatcher } from "./timeline.js";

/** Replaces the chain as an update of the listener does (abi.md E.11); false, with Envoy's log lines, when it is refused. */
export function updateListener(
  chain: readonly PluginConfig[],
  drainTimeMs: number,
  process: EnvoyProcess,
): boolean {
  const { plugins, threads, timeline } = process;
  const update = new ListenerUpdate(threads.all);
  for (const config of loggersFirst(chain)) {
    const loaded = load(config, process);
    if (loaded === null) {
      update.refuse();
      plugins.forgetUnused();
      return false;
    }
    update.add(loaded);
  }
  plugins.chain = chain;
  const drain = update.accept();
  for (const thread of threads.all) threads.warnOfAbsentPlugins(thread);
  // It belongs to no thread of plugins: one that breaks meanwhile does not take it along.
  new Dispatcher(timeline).schedule("timeout", drainTimeMs, () => {
    drain();
    plugins.forgetUnused();
  });
  return true;
}

/** Null, with Envoy's log lines, when the plugin does not start. */
function load(
  config: PluginConfig,
  { plugins, threads, services }: EnvoyProcess,
): LoadedPlugin | MissingPlugin | null {
  const { trials, discovery } = plugins;
  if (config.configDiscovery === true) return discovery.find(config);
  const loaded = trials.accept(config);
  if (loaded !== null) return loaded;
  const { events } = services;
  events.log("main", "trace", "Unable to create Wasm");
  events.log("main", "critical", `Plugin ${config.name} failed to load`);
  for (const { name } of threads.all)
    events.log(name, "critical", "Plugin configured to fail closed failed to load");
  return null;
}
