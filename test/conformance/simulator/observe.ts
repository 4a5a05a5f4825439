import { Envoy, EnvoyStartError, type Exchange, type LogLine, type TraceLine } from "as-proxy-wasm-sim";

import type { Case } from "../case.js";
import type { Observation, StreamObservation, ThreadLines } from "../observation.js";

interface Lines {
  readonly logs: readonly LogLine[];
  readonly trace: readonly TraceLine[];
}

const NOTHING: ThreadLines = { trace: [], logs: [] };

/** Runs a case in the simulator. */
export async function observeSimulator(testCase: Case): Promise<Observation> {
  const envoy = await startSimulator(testCase);
  if (envoy instanceof EnvoyStartError) {
    return {
      start: { outcome: "refused", main: thread(envoy, "main"), worker: NOTHING },
      streams: [],
      stop: { main: NOTHING, worker: NOTHING },
      metrics: {},
    };
  }
  const started: Lines = { logs: [...envoy.logs], trace: [...envoy.trace] };
  const start: Observation["start"] = {
    outcome: "serving",
    main: thread(started, "main"),
    worker: thread(started, "worker-0"),
  };
  const streams: StreamObservation[] = [];
  for (const stream of testCase.streams) {
    const observation = observeExchange(await envoy.replay(stream));
    streams.push(observation);
    if (observation.downstream.end === "crashed") {
      return { start, streams, stop: { main: NOTHING, worker: NOTHING }, metrics: {} };
    }
  }
  const metrics = metricsOf(envoy);
  const before = { logs: envoy.logs.length, trace: envoy.trace.length };
  envoy.stop();
  const stopped: Lines = { logs: envoy.logs.slice(before.logs), trace: envoy.trace.slice(before.trace) };
  const stop = { main: thread(stopped, "main"), worker: thread(stopped, "worker-0") };
  return { start, streams, stop, metrics };
}

async function startSimulator(testCase: Case): Promise<Envoy | EnvoyStartError> {
  try {
    return await Envoy.start({
      plugins: [testCase.plugin],
      workers: 1,
      perConnectionBufferLimitBytes: testCase.perConnectionBufferLimitBytes,
      // Under wasm:trace a filter that asks for the level gets trace (abi.md F.7).
      wasmLogLevel: "trace",
    });
  } catch (error) {
    if (error instanceof EnvoyStartError) return error;
    throw error;
  }
}

const ENDS = { completed: "complete", reset: "cut", stalled: "stalled", crashed: "crashed" } as const;

function observeExchange(exchange: Exchange): StreamObservation {
  const { outcome, wire } = exchange;
  if (outcome.kind === "body-missing" || outcome.kind === "failed") {
    throw new Error(`the simulator gave up on ${exchange.stream.source}: ${outcome.explanation}`);
  }
  if (outcome.kind === "crashed") {
    return {
      id: exchange.stream.id,
      downstream: { bytes: "", end: "crashed" },
      upstream: [],
      worker: NOTHING,
    };
  }
  const upstream = Buffer.from(wire.upstream).toString("latin1");
  return {
    id: exchange.stream.id,
    downstream: { bytes: Buffer.from(wire.downstream).toString("latin1"), end: ENDS[outcome.kind] },
    upstream: upstream === "" ? [] : [upstream],
    worker: thread(exchange, "worker-0"),
  };
}

function thread(lines: Lines, name: string): ThreadLines {
  return {
    trace: lines.trace.filter((line) => line.thread === name).map((line) => line.text),
    logs: lines.logs.filter((line) => line.thread === name).map((line) => `${line.level} ${line.text}`),
  };
}

function metricsOf(envoy: Envoy): Record<string, string> {
  const metrics: Record<string, string> = {};
  for (const metric of envoy.metrics) {
    if (metric.type !== "histogram" && metric.name.startsWith("wasmcustom."))
      metrics[metric.name.slice("wasmcustom.".length)] = metric.value.toString();
  }
  return metrics;
}
