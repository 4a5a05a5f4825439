import { SimulatorError } from "../errors.js";
import { interruption } from "../http/exchange-signals.js";
import type { RecordedAdvance, RecordedUpdate } from "../recording/recording.js";
import type { EventLog } from "./event-log.js";
import type { PluginConfig } from "./plugin-config.js";
import type { ProcessFailure, ReplayedAdvance, ReplayedUpdate } from "./replayed-item.js";

/** The process to which things happen between streams. */
export interface UpdatedProcess {
  readonly plugins: readonly PluginConfig[];
  advance(milliseconds: number): void;
  update(plugins: readonly PluginConfig[]): "accepted" | "rejected";
  updateExtension(plugin: PluginConfig): "accepted" | "rejected";
}

/** Lets the recorded time pass; what plugins do meanwhile that no Envoy survives is the outcome. */
export function replayAdvance(
  advance: RecordedAdvance,
  process: UpdatedProcess,
  events: EventLog,
): ReplayedAdvance {
  const mark = events.mark();
  const failure = failureOf(() => process.advance(advance.advanceMs));
  return { advance, outcome: failure ?? { kind: "completed" }, ...eventsSince(events.since(mark)) };
}

/** Throws `ERR_OPTIONS` where the process has no plugin of that name. */
export function replayUpdate(
  update: RecordedUpdate,
  process: UpdatedProcess,
  events: EventLog,
): ReplayedUpdate {
  const mark = events.mark();
  let kind: "accepted" | "rejected" = "accepted";
  const failure = failureOf(() => (kind = apply(update, process)));
  return { update, outcome: failure ?? { kind }, ...eventsSince(events.since(mark)) };
}

function apply(update: RecordedUpdate, process: UpdatedProcess): "accepted" | "rejected" {
  const plugins = updatedPlugins(process.plugins, update);
  const isDiscovered = ({ configDiscovery }: PluginConfig) => configDiscovery === true;
  const outcomes = plugins
    .filter((plugin) => isDiscovered(plugin) && !process.plugins.includes(plugin))
    .map((plugin) => process.updateExtension(plugin));
  const running = process.plugins;
  const listener = running.map((plugin, index) => (isDiscovered(plugin) ? plugin : plugins[index]!));
  outcomes.push(process.update(listener));
  return outcomes.includes("rejected") ? "rejected" : "accepted";
}

/** The plugins with the configurations of an update, the others as they are. Throws `ERR_OPTIONS` for a name that none has. */
export function updatedPlugins(
  plugins: readonly PluginConfig[],
  { update }: RecordedUpdate,
): readonly PluginConfig[] {
  const stranger = update.find(({ plugin: name }) => !plugins.some((plugin) => plugin.name === name));
  if (stranger !== undefined)
    throw new SimulatorError(
      "ERR_OPTIONS",
      `The recording updates the plugin "${stranger.plugin}", which this Envoy does not have.`,
      "Start it with a plugin of that name, or leave the update out.",
    );
  return plugins.map((plugin) => {
    // Of two for one plugin the second is what is left in the end.
    const latest = update.findLast(({ plugin: name }) => name === plugin.name);
    return latest === undefined ? plugin : { ...plugin, configuration: latest.configuration };
  });
}

function failureOf(run: () => void): ProcessFailure | null {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof SimulatorError && error.code === "ERR_OPTIONS") throw error;
    // No body is missing where there is no stream.
    return interruption(error) as ProcessFailure;
  }
}

function eventsSince({
  logs,
  trace,
  callbacks,
  callouts,
  grpcCallouts,
  traps,
  misuses,
}: ReturnType<EventLog["since"]>) {
  return { logs, trace, callbacks, callouts, grpcCallouts, traps, misuses };
}
