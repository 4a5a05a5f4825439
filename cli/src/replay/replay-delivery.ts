/** Carries a replay's events to the outputs, and keeps what only the end can tell. */
import { MetricTotals } from "./metric-totals.js";
import {
  countResult,
  noResults,
  type ReplayCounts,
  type ReplayEnd,
  type ReplayHead,
  type ReplayOutput,
} from "./replay-output.js";
import type { ReplayEvent } from "./replay-run.js";
import { UnusedCallouts } from "./unused-callouts.js";
import type { SessionEnd } from "./session-run.js";

/** More sentences than anybody reads. */
const maxWarnings = 100;

export class ReplayDelivery {
  #counts: ReplayCounts = noResults;
  readonly #metrics = new MetricTotals();
  readonly #unused = new UnusedCallouts();
  readonly #warnings = new Set<string>();
  #droppedWarnings = 0;
  #envoys = 0;
  /** The first Envoy whose filter did not answer the same again. */
  #unrepeatable: number | null = null;

  constructor(
    private readonly head: ReplayHead,
    private readonly outputs: readonly ReplayOutput[],
    /** Asked at the end. */
    private readonly fingerprint: { readonly hex: string } | null = null,
  ) {}

  /** So far. */
  get counts(): ReplayCounts {
    return this.#counts;
  }

  async run(events: AsyncIterable<ReplayEvent>): Promise<ReplayEnd> {
    let hasBegun = false;
    for await (const event of events) {
      if (!hasBegun) for (const output of this.outputs) await output.begin?.(this.head);
      hasBegun = true;
      this.#count(event);
      for (const output of this.outputs) await deliver(event, output);
    }
    const end: ReplayEnd = {
      counts: this.#counts,
      metrics: this.#metrics.metrics,
      unusedCallouts: this.#unused.list,
      warnings: [...this.#warnings, ...this.#ownWarnings()],
      fingerprint: this.fingerprint?.hex ?? null,
    };
    for (const output of this.outputs) await output.end?.(end);
    return end;
  }

  #count(event: ReplayEvent): void {
    if (event.kind === "result") {
      this.#counts = countResult(this.#counts, event.result);
      this.#unused.addOf(event.result);
    }
    if (event.kind === "envoy") this.#countEnvoy(event.envoy, event.end);
  }

  #countEnvoy(envoy: number, { metrics, warnings, repeatable, standing }: SessionEnd): void {
    this.#envoys += 1;
    this.#metrics.add(metrics);
    this.#unused.addStanding(standing);
    if (repeatable === false) this.#unrepeatable ??= envoy;
    for (const warning of warnings) {
      if (this.#warnings.size < maxWarnings) this.#warnings.add(warning);
      else if (!this.#warnings.has(warning)) this.#droppedWarnings += 1;
    }
  }

  #ownWarnings(): readonly string[] {
    const { streamsPerEnvoy } = this.head;
    return [
      ...(this.#droppedWarnings === 0 ? [] : [`${this.#droppedWarnings} more warnings are not shown.`]),
      ...this.#metrics.warnings,
      ...(this.#unrepeatable === null || this.#envoys < 2
        ? []
        : [
            `What the filter answers depends on the streams before: the first stream of Envoy ${this.#unrepeatable} came out differently when it was replayed again at the end. Every ${streamsPerEnvoy} streams began with a fresh Envoy (--streams-per-envoy).`,
          ]),
    ];
  }
}

async function deliver(event: ReplayEvent, output: ReplayOutput): Promise<void> {
  switch (event.kind) {
    case "file":
      return output.file?.(event.path);
    case "result":
      return output.item?.(event.result, event.described);
    case "skipped":
      return output.skipped?.(event.entry);
    case "envoy":
      return output.envoy?.(event.envoy, event.end);
  }
}
