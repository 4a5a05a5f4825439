/** Where a replay's events go: to a person, to a program, into a report. */
import type { SkippedEntry } from "as-proxy-wasm-sim";
import type { ReportStream } from "as-proxy-wasm-sim/report";
import type { MetricResult } from "./metric-totals.js";
import type { SessionEnd } from "./session-run.js";
import type { Shard } from "./shard.js";
import { isChanged, type StreamResult } from "./stream-result.js";

export interface ReplayHead {
  readonly filter: string;
  readonly streamsPerEnvoy: number;
  /** The time in the simulated Envoys: `2026-01-31T12:00:00.000Z`. */
  readonly now: string;
  readonly shard: Shard | null;
}

/** Called in this order; what a method awaits holds the replay back. */
export interface ReplayOutput {
  /** Before anything else, once Envoy has started. */
  begin?(head: ReplayHead): Promise<void> | void;
  file?(path: string): Promise<void> | void;
  stream?(result: StreamResult, described?: ReportStream): Promise<void> | void;
  skipped?(entry: SkippedEntry): Promise<void> | void;
  envoy?(envoy: number, end: SessionEnd): Promise<void> | void;
  end?(end: ReplayEnd): Promise<void> | void;
}

export interface ReplayEnd {
  readonly counts: ReplayCounts;
  readonly metrics: readonly MetricResult[];
  readonly warnings: readonly string[];
  /** Equal for all shards of one replay; null where results were merged. */
  readonly fingerprint: string | null;
}

export interface ReplayCounts {
  readonly streams: number;
  readonly changed: number;
  readonly localReplies: number;
  readonly notCompleted: number;
  /** Kept from their end by the filter, or otherwise than the recording expects. */
  readonly failed: number;
  /** With expectations that were not met. */
  readonly unmet: number;
}

export function countResult(counts: ReplayCounts, result: StreamResult): ReplayCounts {
  return {
    streams: counts.streams + 1,
    changed: counts.changed + Number(isChanged(result)),
    localReplies: counts.localReplies + Number(result.localReply !== null),
    notCompleted: counts.notCompleted + Number(result.outcome !== "completed"),
    failed: counts.failed + Number(result.fault === "filter" || hasUnmet(result)),
    unmet: counts.unmet + Number(hasUnmet(result)),
  };
}

export const noResults: ReplayCounts = {
  streams: 0,
  changed: 0,
  localReplies: 0,
  notCompleted: 0,
  failed: 0,
  unmet: 0,
};

export function summary({ streams, changed, localReplies, notCompleted, unmet }: ReplayCounts): string {
  return [
    `${streams} ${streams === 1 ? "stream" : "streams"}, ${changed} changed`,
    ...(localReplies === 0 ? [] : [`${localReplies} with a local reply`]),
    ...(notCompleted === 0 ? [] : [`${notCompleted} not completed`]),
    ...(unmet === 0 ? [] : [`${unmet} not as expected`]),
  ].join(", ");
}

function hasUnmet({ unmet = [] }: StreamResult): boolean {
  return unmet.length > 0;
}
