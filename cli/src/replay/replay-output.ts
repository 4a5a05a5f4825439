/** Where a replay's events go: to a person, to a program, into a report. */
import type { SkippedEntry } from "as-proxy-wasm-sim";
import type { ReportStream } from "as-proxy-wasm-sim/report";
import type { MetricResult } from "./metric-totals.js";
import type { SessionEnd } from "./session-run.js";
import type { Shard } from "./shard.js";
import { hasUnmet, isChanged, isFailed, type ItemResult } from "./item-result.js";
import type { UnusedCalloutTotal } from "./unused-callouts.js";

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
  item?(result: ItemResult, described?: ReportStream): Promise<void> | void;
  skipped?(entry: SkippedEntry): Promise<void> | void;
  envoy?(envoy: number, end: SessionEnd): Promise<void> | void;
  end?(end: ReplayEnd): Promise<void> | void;
}

export interface ReplayEnd {
  readonly counts: ReplayCounts;
  readonly metrics: readonly MetricResult[];
  /** Recorded answers that no filter asked for. */
  readonly unusedCallouts: readonly UnusedCalloutTotal[];
  readonly warnings: readonly string[];
  /** Equal for all shards of one replay; null where results were merged. */
  readonly fingerprint: string | null;
}

export interface ReplayCounts {
  readonly streams: number;
  readonly connections: number;
  /** Times at which plugins got another configuration. */
  readonly updates: number;
  /** Streams and connections. */
  readonly changed: number;
  readonly localReplies: number;
  readonly notCompleted: number;
  /** Kept from their end by the filter or a callout, or otherwise than the recording expects. */
  readonly failed: number;
  /** With callouts that nothing answers. */
  readonly unhandled: number;
  /** With expectations that were not met. */
  readonly unmet: number;
  /** In which a callback trapped. */
  readonly trapped: number;
}

export function countResult(counts: ReplayCounts, result: ItemResult): ReplayCounts {
  const { kind } = result;
  return {
    streams: counts.streams + Number(kind === "stream"),
    connections: counts.connections + Number(kind === "connection"),
    updates: counts.updates + Number(kind === "update"),
    changed: counts.changed + Number(isChanged(result)),
    localReplies: counts.localReplies + Number(kind === "stream" && result.localReply !== null),
    notCompleted: counts.notCompleted + Number(kind === "stream" && result.outcome !== "completed"),
    failed: counts.failed + Number(isFailed(result)),
    unhandled: counts.unhandled + Number(result.fault === "callout"),
    unmet: counts.unmet + Number(hasUnmet(result)),
    trapped: counts.trapped + Number(result.traps !== undefined),
  };
}

export const noResults: ReplayCounts = {
  streams: 0,
  connections: 0,
  updates: 0,
  changed: 0,
  localReplies: 0,
  notCompleted: 0,
  failed: 0,
  unhandled: 0,
  unmet: 0,
  trapped: 0,
};

export function summary(counts: ReplayCounts): string {
  const { streams, connections, updates, changed, localReplies, notCompleted, unhandled, unmet, trapped } =
    counts;
  return [
    ...(streams === 0 && connections > 0 ? [] : [counted(streams, "stream")]),
    ...(connections === 0 ? [] : [counted(connections, "connection")]),
    `${changed} changed`,
    ...(updates === 0 ? [] : [counted(updates, "update")]),
    ...(localReplies === 0 ? [] : [`${localReplies} with a local reply`]),
    ...(notCompleted === 0 ? [] : [`${notCompleted} not completed`]),
    ...(unhandled === 0 ? [] : [`${unhandled} with a callout that nothing answers`]),
    ...(trapped === 0 ? [] : [`${trapped} trapped`]),
    ...(unmet === 0 ? [] : [`${unmet} not as expected`]),
  ].join(", ");
}

/** `1 stream`, `2 streams`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
