import {
  Envoy,
  EnvoyStartError,
  type EnvoyVersion,
  type Exchange,
  type ConnectionExchange,
  type Host,
  type LogLine,
  newestEnvoy,
  type PluginConfig,
  type TraceLine,
} from "as-proxy-wasm-sim";
import { RealEnvoy } from "as-proxy-wasm-sim/real-envoy";

import { received } from "./callouts.js";
import type { Case, Step } from "./case.js";
import type { Observation, StreamObservation, ThreadLines } from "./observation.js";

/** Both hosts, with what only a test does to them: time that passes, updates. */
type Judged = Envoy | RealEnvoy;

interface Lines {
  readonly logs: readonly LogLine[];
  readonly trace: readonly TraceLine[];
}

const NOTHING: ThreadLines = { trace: [], logs: [] };

/** Long enough for a busy machine, and only waited for by streams that never get an answer. */
const PATIENCE_MS = 1_500;

/** The same for callbacks in the simulator: a busy machine is slow to give a gigabyte of memory. */
const CALLBACK_MS = 10_000;

/** Runs a case in the simulator, as one release of Envoy or the newest. */
export function observeSimulator(
  testCase: Case,
  envoyVersion: EnvoyVersion = newestEnvoy,
): Promise<Observation> {
  return observe(testCase, () =>
    Envoy.start({ callbackTimeoutMs: CALLBACK_MS, ...optionsOf(testCase), envoyVersion }),
  );
}

/** Runs a case in a real Envoy. */
export function observeEnvoy(binary: string, testCase: Case): Promise<Observation> {
  return observe(testCase, () =>
    RealEnvoy.start({ ...optionsOf(testCase), binary, patienceMs: PATIENCE_MS }),
  );
}

function optionsOf(testCase: Case) {
  return {
    ...testCase,
    singletons: testCase.singletons ?? [],
    clusters: { ...testCase.clusters, ...testCase.brokenClusters },
    drainTimeMs: testCase.drainTimeMs ?? 600_000,
    tcpConnectsOnData: testCase.tcpConnectsOnData ?? false,
    // Under wasm:trace a filter that asks for the level gets trace (abi.md F.7).
    wasmLogLevel: "trace",
  } as const;
}

/** The same for both. */
async function observe(testCase: Case, start: () => Promise<Judged>): Promise<Observation> {
  const host = await start().catch((error: unknown) => {
    if (error instanceof EnvoyStartError) return error;
    throw error;
  });
  if (host instanceof EnvoyStartError) {
    return {
      start: { outcome: "refused", main: thread(host, "main"), worker: NOTHING },
      streams: [],
      stop: { main: NOTHING, worker: NOTHING },
      metrics: {},
    };
  }
  try {
    return await observeRunning(testCase, host);
  } finally {
    await host.stop();
  }
}

async function observeRunning(testCase: Case, host: Judged): Promise<Observation> {
  const start: Observation["start"] = {
    outcome: "serving",
    main: thread(host, "main"),
    worker: thread(host, "worker-0"),
  };
  const streams: StreamObservation[] = [];
  const progress = { plugins: testCase.plugins };
  for (const [index, step] of testCase.steps.entries()) {
    const observation = await observeStep(host, step, index, progress, testCase.clusters);
    streams.push(observation);
    if (observation.downstream.end === "crashed") {
      return { start, streams, stop: { main: NOTHING, worker: NOTHING }, metrics: {} };
    }
  }
  const metrics = metricsOf(host);
  const before = { logs: host.logs.length, trace: host.trace.length };
  await host.stop();
  const stopped: Lines = { logs: host.logs.slice(before.logs), trace: host.trace.slice(before.trace) };
  const stop = { main: thread(stopped, "main"), worker: thread(stopped, "worker-0") };
  return { start, streams, stop, metrics };
}

const ENDS = { completed: "complete", reset: "cut", stalled: "stalled", crashed: "crashed" } as const;

async function observeStep(
  host: Judged,
  step: Step,
  index: number,
  progress: { plugins: readonly PluginConfig[] },
  clusters: Case["clusters"],
): Promise<StreamObservation> {
  if ("request" in step) return observeExchange(await host.replay(step), clusters);
  if ("events" in step) return observeConnection(await host.replayConnection(step), clusters);
  const before = marked(host);
  const [id, end] =
    "wait" in step
      ? ([`${index}: wait ${step.wait} ms`, await waited(host, step.wait)] as const)
      : "update" in step
        ? ([`${index}: update`, await updated(host, step, progress)] as const)
        : ([`${index}: extension update`, await extensionUpdated(host, step, progress)] as const);
  const since = {
    logs: host.logs.slice(before.logs),
    trace: host.trace.slice(before.trace),
    callouts: host.callouts.slice(before.callouts),
    grpcCallouts: host.grpcCallouts.slice(before.grpcCallouts),
  };
  return {
    id,
    downstream: { bytes: "", end },
    upstream: [],
    callouts: received(since, clusters),
    ...threads(since),
  };
}

const marked = (host: Judged) => ({
  logs: host.logs.length,
  trace: host.trace.length,
  callouts: host.callouts.length,
  grpcCallouts: host.grpcCallouts.length,
});

async function waited(host: Judged, milliseconds: number): Promise<"waited"> {
  if (host instanceof RealEnvoy) await host.wait(milliseconds);
  else host.advance(milliseconds);
  return "waited";
}

async function updated(
  host: Judged,
  step: Extract<Step, { update: unknown }>,
  progress: { plugins: readonly PluginConfig[] },
): Promise<"accepted" | "rejected"> {
  const plugins = step.update(progress.plugins);
  const outcome = await host.update(plugins);
  if (outcome === "accepted") progress.plugins = plugins;
  return outcome;
}

async function extensionUpdated(
  host: Judged,
  step: Extract<Step, { updateExtension: unknown }>,
  progress: { plugins: readonly PluginConfig[] },
): Promise<"accepted" | "rejected"> {
  const plugin = step.updateExtension(progress.plugins);
  const outcome = await host.updateExtension(plugin);
  if (outcome === "accepted")
    progress.plugins = progress.plugins.map((one) => (one.name === plugin.name ? plugin : one));
  return outcome;
}

function observeConnection(exchange: ConnectionExchange, clusters: Case["clusters"]): StreamObservation {
  const { connection, outcome, downstream, upstream } = exchange;
  if (outcome.kind === "failed")
    throw new Error(`the host gave up on ${connection.id}: ${outcome.explanation}`);
  // Who closed it does not show from outside: a filter that does, and sides that end, both look like an end.
  const end = outcome.kind === "completed" || outcome.kind === "closed" ? "complete" : outcome.kind;
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");
  return {
    id: connection.id,
    downstream: { bytes: text(downstream), end },
    upstream: upstream === null ? [] : [text(upstream)],
    callouts: received(exchange, clusters),
    ...threads(exchange),
  };
}

const threads = (lines: Lines) => ({ worker: thread(lines, "worker-0"), main: thread(lines, "main") });

function observeExchange(exchange: Exchange, clusters: Case["clusters"]): StreamObservation {
  const { outcome, wire } = exchange;
  if (outcome.kind === "body-missing" || outcome.kind === "failed") {
    throw new Error(`the host gave up on ${exchange.stream.source}: ${outcome.explanation}`);
  }
  if (outcome.kind === "crashed") {
    return {
      id: exchange.stream.id,
      downstream: { bytes: "", end: "crashed" },
      upstream: [],
      callouts: [],
      worker: NOTHING,
      main: NOTHING,
    };
  }
  const upstream = Buffer.from(wire.upstream).toString("latin1");
  return {
    id: exchange.stream.id,
    downstream: { bytes: Buffer.from(wire.downstream).toString("latin1"), end: ENDS[outcome.kind] },
    upstream: upstream === "" ? [] : [upstream],
    callouts: received(exchange, clusters),
    ...threads(exchange),
  };
}

function thread(lines: Lines, name: string): ThreadLines {
  return {
    trace: lines.trace.filter((line) => line.thread === name).map((line) => line.text),
    logs: lines.logs.filter((line) => line.thread === name).map((line) => `${line.level} ${line.text}`),
  };
}

function metricsOf(host: Host): Record<string, string> {
  const metrics: Record<string, string> = {};
  for (const metric of host.metrics) {
    if (metric.type !== "histogram" && metric.name.startsWith("wasmcustom."))
      metrics[metric.name.slice("wasmcustom.".length)] = metric.value.toString();
    if (/^(wasm\..*\.vm_reload_|extension_config_discovery\.)/.test(metric.name) && "value" in metric)
      metrics[metric.name] = metric.value.toString();
  }
  return metrics;
}
