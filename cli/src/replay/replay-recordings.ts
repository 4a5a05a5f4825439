/** Runs every stream twice: through an Envoy with the filter, and through one whose filter does nothing. */
import { type Clock, Envoy, EnvoyStartError, type LogLine, type PluginConfig } from "as-proxy-wasm-sim";
import type { RecordingFile } from "./recordings.js";
import { idlePlugin } from "./idle-plugin.js";
import { reportStream, type StreamReport } from "./stream-report.js";

export interface FileReport {
  readonly file: RecordingFile;
  readonly streams: readonly StreamReport[];
}

export type ReplayRun =
  | {
      readonly kind: "ran";
      readonly plugin: PluginConfig;
      readonly files: readonly FileReport[];
      /** What the filter logged outside of streams. */
      readonly startLogs: readonly LogLine[];
      readonly metrics: Envoy["metrics"];
      readonly warnings: readonly string[];
      /** The filter kept a stream from its end. */
      readonly failed: boolean;
    }
  | { readonly kind: "refused"; readonly error: EnvoyStartError };

/** Both Envoys live in one moment, so that no date differs between them. */
function standingClock(): Clock {
  const now = BigInt(Date.now()) * 1_000_000n;
  return { wallNanoseconds: () => now, monotonicNanoseconds: () => process.hrtime.bigint() };
}

export async function replayRecordings(
  plugin: PluginConfig,
  recordings: readonly RecordingFile[],
): Promise<ReplayRun> {
  const clock = standingClock();
  let envoy: Envoy;
  try {
    envoy = await Envoy.start({ plugins: [plugin], clock });
  } catch (error) {
    if (error instanceof EnvoyStartError) return { kind: "refused", error };
    throw error;
  }
  const plain = await Envoy.start({ plugins: [idlePlugin], clock });
  try {
    const startLogs = [...envoy.logs];
    const files: FileReport[] = [];
    for (const file of recordings) {
      const streams: StreamReport[] = [];
      for (const stream of file.streams) {
        streams.push(reportStream(await plain.replay(stream), await envoy.replay(stream)));
      }
      files.push({ file, streams });
    }
    return {
      kind: "ran",
      plugin,
      files,
      startLogs,
      metrics: envoy.metrics,
      warnings: envoy.warnings,
      failed: files.some(({ streams }) => streams.some(({ fault }) => fault === "filter")),
    };
  } finally {
    envoy.stop();
    plain.stop();
  }
}
