import type { PluginConfig } from "./plugin-config.js";
import type { EnvoyProcess } from "./process.js";
import type { LoadedPlugin } from "./thread-plugin.js";

/** Another configuration for a plugin with `configDiscovery` comes (ECDS, abi.md F.8); false: it is refused, the old one serves on. */
export function updateExtension(current: PluginConfig, next: PluginConfig, process: EnvoyProcess): boolean {
  const came = process.plugins.discovery.receive(next);
  if (typeof came === "object") replace(current, came, process);
  return came !== "rejected";
}

function replace(current: PluginConfig, loaded: LoadedPlugin, { plugins, threads }: EnvoyProcess): void {
  const ends = threads.all.map((thread) => thread.replace(current, loaded));
  plugins.chain = plugins.chain.map((plugin) => (plugin === current ? loaded.config : plugin));
  plugins.discovery.replaced(current);
  for (const thread of threads.all) threads.warnOfAbsentPlugins(thread);
  // The main thread's root ends last.
  for (const end of ends.toReversed()) end();
  plugins.forgetUnused();
}
