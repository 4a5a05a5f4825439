/**
 * Runs one stream over and over in one VM, and looks whether the memory of the guest goes on growing.
 *
 * Guests take memory in pages of 64 KiB, and many double what they have, so growth comes in steps, each after two to four times as many
 * streams as the one before. A filter that keeps something of each stream goes on taking steps, one that warms up stops. So growth
 * after the first quarter is a suspicion; where not both of the last two parts, to a half and to the end, have a step, the
 * run goes on until another step comes, for up to four times as long.
 */
import { Envoy } from "../envoy/envoy.js";
import type { EnvoyOptions } from "../envoy/envoy-options.js";
import type { RecordedStream } from "../recording/recorded-stream.js";
import type { GrowthFinding } from "./finding.js";

const patientMs = 5000;

/** Null: it stops, or it never began. */
export async function exploreGrowth(
  options: EnvoyOptions,
  stream: RecordedStream,
  replays: number,
): Promise<GrowthFinding | null> {
  // The limit is real time, and a busy machine would end the VM that is watched.
  const callbackTimeoutMs = Math.max(options.callbackTimeoutMs ?? 1000, patientMs);
  const envoy = await Envoy.start({ ...options, callbackTimeoutMs, wasmLogLevel: "off" });
  try {
    let memory = 0;
    let count = 0;
    const growth = new Map<string, number>();
    /** False: the stream ends the VM, so that the next one begins anew. */
    const runUntil = async (end: number, isEnough: () => boolean = () => false): Promise<boolean> => {
      for (; count < end && !isEnough(); count++) {
        const exchange = await envoy.replay(stream);
        if (exchange.outcome.kind === "failed" || exchange.outcome.kind === "crashed") return false;
        for (const { name, memoryBytes } of exchange.callbacks) {
          if (memoryBytes <= memory) continue;
          if (count >= replays / 4) growth.set(name, (growth.get(name) ?? 0) + memoryBytes - memory);
          memory = memoryBytes;
        }
      }
      return true;
    };
    if (!(await runUntil(Math.floor(replays / 4)))) return null;
    const quarter = memory;
    if (!(await runUntil(Math.floor(replays / 2)))) return null;
    const half = memory;
    if (!(await runUntil(replays))) return null;
    if (memory === quarter) return null;
    if (half === quarter || memory === half) {
      const suspected = memory;
      if (!(await runUntil(4 * replays, () => memory > suspected)) || memory === suspected) return null;
    }
    return {
      kind: "growth",
      streamId: stream.id,
      bytesPerStream: Math.round((memory - quarter) / (count - replays / 4)),
      callbacks: [...growth].sort(([, a], [, b]) => b - a).map(([name]) => name),
      from: quarter,
      to: memory,
      replays: count,
      stream,
    };
  } finally {
    envoy.stop();
  }
}
