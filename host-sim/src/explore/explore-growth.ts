/**
 * Runs one stream over and over in one VM, and looks whether the memory of the guest goes on growing.
 *
 * Guests take memory in pages of 64 KiB, and some double what they have, so growth comes in steps. A filter that keeps something of
 * each stream needs twice as much after twice as many streams: it takes a step in every doubling of their number. One that
 * warms up stops. So the run is divided at a quarter and at half, and a leak is growth in both of the last two parts.
 */
import { Envoy } from "../envoy/envoy.js";
import type { EnvoyOptions } from "../envoy/envoy-options.js";
import type { RecordedStream } from "../recording/recorded-stream.js";
import type { GrowthFinding } from "./finding.js";

/** Null: it stops, or it never began. */
export async function exploreGrowth(
  options: EnvoyOptions,
  stream: RecordedStream,
  replays: number,
): Promise<GrowthFinding | null> {
  const envoy = await Envoy.start({ ...options, wasmLogLevel: "off" });
  try {
    let memory = 0;
    const marks: number[] = [];
    const growth = new Map<string, number>();
    for (let replay = 1; replay <= replays; replay++) {
      const exchange = await envoy.replay(stream);
      // What does not survive the stream begins anew with each.
      if (exchange.outcome.kind === "failed" || exchange.outcome.kind === "crashed") return null;
      for (const { name, memoryBytes } of exchange.callbacks) {
        if (memoryBytes <= memory) continue;
        if (replay > replays / 4) growth.set(name, (growth.get(name) ?? 0) + memoryBytes - memory);
        memory = memoryBytes;
      }
      if (replay === Math.floor(replays / 4) || replay === Math.floor(replays / 2)) marks.push(memory);
    }
    const [quarter = memory, half = memory] = marks;
    if (half <= quarter || memory <= half) return null;
    return {
      kind: "growth",
      streamId: stream.id,
      bytesPerStream: Math.round((memory - quarter) / (replays - replays / 4)),
      callbacks: [...growth].sort(([, a], [, b]) => b - a).map(([name]) => name),
      from: quarter,
      to: memory,
      replays,
      stream,
    };
  } finally {
    envoy.stop();
  }
}
