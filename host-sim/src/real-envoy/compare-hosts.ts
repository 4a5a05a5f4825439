import { Envoy } from "../envoy/envoy.js";
import { EnvoyStartError } from "../envoy/envoy-start-error.js";
import type { Host } from "../envoy/host.js";
import type { RecordedStream } from "../recording/recorded-stream.js";
import {
  compareExchanges,
  compareMetrics,
  compareProcesses,
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
  /** Streams that no Envoy can be sent, since the recording lacks a body. */
  readonly skipped: readonly string[];
  /** Where they first differ; null: nowhere. */
  readonly difference: Difference | null;
}

/**
 * Starts the same plugins in the simulator and in a real Envoy, replays the streams in both, one after the other, and stops
 * at the first difference: of the ABI trace, the log, the bytes to either side, how a stream ends, or the metrics at the
 * end. What a plugin makes of the time or of random numbers differs by its nature, and is a difference here.
 */
export async function compareHosts(
  options: RealEnvoyOptions,
  streams: AsyncIterable<RecordedStream> | Iterable<RecordedStream>,
): Promise<HostComparison> {
  // Under wasm:trace a plugin that asks for the level gets trace (abi.md F.7): both have to be asked alike.
  const asked = { ...options, wasmLogLevel: "trace" } as const;
  const simulator = await started(() => Envoy.start(asked));
  try {
    const envoy = await started(() => RealEnvoy.start(asked));
    try {
      return await compare(simulator, envoy, streams);
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
  streams: AsyncIterable<RecordedStream> | Iterable<RecordedStream>,
): Promise<HostComparison> {
  const equal = { streams: 0, traceLines: 0, logLines: 0, bytes: 0 };
  const skipped: string[] = [];
  const envoyVersion = envoy instanceof RealEnvoy ? envoy.version : null;
  const result = (difference: Difference | null) => ({ envoyVersion, equal, skipped, difference });

  const start = compareProcesses("start", linesOf(simulator), linesOf(envoy), equal);
  if (start !== null || simulator instanceof EnvoyStartError || envoy instanceof EnvoyStartError)
    return result(start ?? startOf(simulator, envoy));
  for await (const stream of streams) {
    const real = await envoy.replay(stream);
    if (real.outcome.kind === "body-missing") {
      skipped.push(stream.id);
      continue;
    }
    const difference = compareExchanges(await simulator.replay(stream), real, equal);
    if (difference !== null) return result(difference);
    if (real.outcome.kind === "crashed") return result(null);
  }
  const metrics = compareMetrics(simulator.metrics, envoy.metrics);
  if (metrics !== null) return result(metrics);
  const before = [linesOf(simulator), linesOf(envoy)] as const;
  simulator.stop();
  await envoy.stop();
  const since = (host: Host, { logs, trace }: { logs: readonly unknown[]; trace: readonly unknown[] }) => ({
    logs: host.logs.slice(logs.length),
    trace: host.trace.slice(trace.length),
  });
  return result(compareProcesses("stop", since(simulator, before[0]), since(envoy, before[1]), equal));
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
