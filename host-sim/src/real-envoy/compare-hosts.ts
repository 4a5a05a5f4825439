import { Envoy } from "../envoy/envoy.js";
import { EnvoyStartError } from "../envoy/envoy-start-error.js";
import type { Host } from "../envoy/host.js";
import type { PluginConfig } from "../envoy/plugin-config.js";
import { updatedPlugins } from "../envoy/replay-between.js";
import type { RecordedAdvance, RecordedItem, RecordedUpdate } from "../recording/recording.js";
import {
  compareConnections,
  compareExchanges,
  compareMetrics,
  compareProcesses,
  compareUpdates,
  linesOf,
  type Difference,
  type Equal,
} from "./difference.js";
import { RealEnvoy, type RealEnvoyOptions } from "./real-envoy.js";

/** What became of running the same plugins and streams in the simulator and in a real Envoy. */
export interface HostComparison {
  /** The version of the real one. */
  readonly envoyVersion: string | null;
  /** What was equal, up to the first difference. */
  readonly equal: Equal;
  /** Ids of streams that no Envoy can be sent, since the recording lacks a body. */
  readonly skipped: readonly string[];
  /** Where they first differ; null: nowhere. */
  readonly difference: Difference | null;
}

/**
 * Starts the same plugins in the simulator and in a real Envoy, replays what is recorded in both, one after the other, and stops
 * at the first difference: of the ABI trace, the log, the bytes to either side, how a stream ends, what becomes of an update, or the
 * metrics at the end. What a plugin makes of the time or of random numbers differs by its nature, and is a difference here.
 * Recorded time passes in a real Envoy too. `options.clusters` have to name every cluster that the recording answers for
 * (`calloutClusters`), and `dynamicListeners` has to be true where it has updates.
 */
export async function compareHosts(
  options: RealEnvoyOptions,
  items: AsyncIterable<RecordedItem> | Iterable<RecordedItem>,
): Promise<HostComparison> {
  // Under wasm:trace a plugin that asks for the level gets trace (abi.md F.7): both have to be asked alike.
  const asked = { ...options, wasmLogLevel: "trace" } as const;
  const simulator = await started(() => Envoy.start(asked));
  try {
    const envoy = await started(() => RealEnvoy.start(asked));
    try {
      return await compare(simulator, envoy, asked.plugins, items);
    } finally {
      if (envoy instanceof RealEnvoy) await envoy.stop();
    }
  } finally {
    if (simulator instanceof Envoy) simulator.stop();
  }
}

/** An Envoy, or how it refused to start. */
async function started<H extends Host>(start: () => Promise<H>): Promise<H | EnvoyStartError> {
  return start().catch((error: unknown) => {
    if (error instanceof EnvoyStartError) return error;
    throw error;
  });
}

async function compare(
  simulator: Envoy | EnvoyStartError,
  envoy: RealEnvoy | EnvoyStartError,
  plugins: readonly PluginConfig[],
  items: AsyncIterable<RecordedItem> | Iterable<RecordedItem>,
): Promise<HostComparison> {
  const equal = { streams: 0, connections: 0, traceLines: 0, logLines: 0, bytes: 0 };
  const skipped: string[] = [];
  const envoyVersion = envoy instanceof RealEnvoy ? envoy.version : null;
  const result = (difference: Difference | null) => ({ envoyVersion, equal, skipped, difference });

  const start = compareProcesses("start", linesOf(simulator), linesOf(envoy), equal);
  if (start !== null || simulator instanceof EnvoyStartError || envoy instanceof EnvoyStartError)
    return result(start ?? startOf(simulator, envoy));
  let running = plugins;
  for await (const item of items) {
    const host = { simulator, envoy, equal };
    if ("request" in item) {
      const real = await envoy.replay(item);
      if (real.outcome.kind === "body-missing") {
        skipped.push(item.id);
        continue;
      }
      const difference = compareExchanges(await simulator.replay(item), real, equal);
      if (difference !== null) return result(difference);
      if (real.outcome.kind === "crashed") return result(null);
    } else if ("events" in item) {
      const real = await envoy.replayConnection(item);
      const difference = compareConnections(await simulator.replayConnection(item), real, equal);
      if (difference !== null) return result(difference);
      if (real.outcome.kind === "crashed") return result(null);
    } else if ("standing" in item) {
      envoy.stand(item.standing);
      for await (const _standing of simulator.replayAll([item]));
    } else if ("advanceMs" in item) {
      const difference = await between("advance", host, item, () => envoy.wait(item.advanceMs));
      if (difference !== null) return result(difference);
    } else {
      const updated = updatedPlugins(running, item);
      let real: "accepted" | "rejected" = "accepted";
      const difference = await between("update", host, item, async () => {
        real = await updateReal(envoy, running, updated);
        return real;
      });
      if (difference !== null) return result(difference);
      if (real === "accepted") running = updated;
    }
  }
  const metrics = compareMetrics(simulator.metrics, envoy.metrics);
  if (metrics !== null) return result(metrics);
  const before = [linesOf(simulator), linesOf(envoy)] as const;
  simulator.stop();
  await envoy.stop();
  return result(
    compareProcesses("stop", linesSince(simulator, before[0]), linesSince(envoy, before[1]), equal),
  );
}

/** As the simulator does it: configurations that come by themselves, then the rest as a new listener. */
async function updateReal(
  envoy: RealEnvoy,
  before: readonly PluginConfig[],
  after: readonly PluginConfig[],
): Promise<"accepted" | "rejected"> {
  const outcomes: string[] = [];
  const changed = after.filter((plugin) => !before.includes(plugin));
  for (const plugin of changed)
    if (plugin.configDiscovery === true) outcomes.push(await envoy.updateExtension(plugin));
  if (outcomes.length < changed.length) outcomes.push(await envoy.update(after));
  return outcomes.includes("rejected") ? "rejected" : "accepted";
}

/** What both processes say while something happens to them. */
async function between(
  at: "advance" | "update",
  {
    simulator,
    envoy,
    equal,
  }: { readonly simulator: Envoy; readonly envoy: RealEnvoy; readonly equal: Equal },
  item: RecordedAdvance | RecordedUpdate,
  real: () => Promise<"accepted" | "rejected" | void>,
): Promise<Difference | null> {
  const before = [linesOf(simulator), linesOf(envoy)] as const;
  const outcome = await real();
  let simulated = "completed";
  for await (const { outcome: one } of simulator.replayAll([item])) simulated = one.kind;
  return (
    compareProcesses(at, linesSince(simulator, before[0]), linesSince(envoy, before[1]), equal) ??
    compareUpdates(simulated, outcome ?? "completed", at)
  );
}

function linesSince(host: Host, { logs, trace }: ReturnType<typeof linesOf>): ReturnType<typeof linesOf> {
  return { logs: host.logs.slice(logs.length), trace: host.trace.slice(trace.length) };
}

/** The one that started and the one that did not. */
function startOf(simulator: Envoy | EnvoyStartError, envoy: RealEnvoy | EnvoyStartError): Difference | null {
  const [simulated, real] = [simulator, envoy].map((host) =>
    host instanceof EnvoyStartError ? "does not start" : "starts",
  );
  if (simulated === real) return null;
  return {
    stream: null,
    at: "start",
    what: "outcome",
    line: 1,
    simulator: { before: [], line: simulated ?? null, after: [] },
    envoy: { before: [], line: real ?? null, after: [] },
  };
}
