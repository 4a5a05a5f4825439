/** Runs one session twice: through an Envoy with the filter, and through one whose filter does nothing. */
import {
  type Clock,
  collectCoverage,
  type Coverage,
  Envoy,
  type Exchange,
  type PluginConfig,
  type RecordedItem,
  type ReplayedItem,
  resetCoverage,
  unmetExpectations,
  idlePlugin,
} from "as-proxy-wasm-sim";
import { describeExchange, type ReportStream } from "as-proxy-wasm-sim/report";
import { type UnusedCallout, unusedCallout } from "./callout-results.js";
import { cameOutAlike, compareExchanges } from "./compare-exchanges.js";
import { advanceResult, compareConnections, updateResult } from "./compare-others.js";
import type { ItemResult, StreamResult } from "./item-result.js";
import type { ResultOptions } from "./meanwhile.js";
import { type MetricResult, metricResult } from "./metric-totals.js";
import type { SessionStart } from "./sessions.js";

/** One result, and what the report shows of it. */
export interface ItemOutcome {
  readonly result: ItemResult;
  /** Absent without `--report`, and for what is no stream. */
  readonly described?: ReportStream;
}

export interface SessionSettings extends ResultOptions {
  /** Whether there is a report to describe streams for. */
  readonly report: boolean;
  readonly plugin: PluginConfig;
  /** When the simulated Envoys start: one moment for all, so that no date differs. */
  readonly now: string;
  /** How long one stream may keep the filter busy, in milliseconds of real time. */
  readonly callbackTimeoutMs: number;
}

/** What is left of a simulated Envoy after its streams. */
export interface SessionEnd {
  readonly metrics: readonly MetricResult[];
  readonly warnings: readonly string[];
  /**
   * Whether the first stream, replayed once more at the end, came out as it did at first: when not, the filter's
   * answers depend on what ran before. Null: there was nothing to tell it from.
   */
  readonly repeatable: boolean | null;
  /** The standing answers of the recording, and how many callouts each has answered. */
  readonly standing: readonly (UnusedCallout & { readonly given: number })[];
  /** What ran of a filter that was built with `--coverage`; empty otherwise. */
  readonly coverage: Coverage;
}

export class SessionRun {
  #first: Exchange | null = null;
  #count = 0;
  /** Something else than streams happened: what came before the first of them cannot be done again. */
  #isStreamsAlone = true;

  private constructor(
    private readonly index: number,
    private readonly settings: SessionSettings,
    private readonly envoy: Envoy,
    private readonly plain: Envoy,
  ) {}

  /** Rejects with `EnvoyStartError` when a real Envoy would not start with the filter. */
  static async start(index: number, start: SessionStart, settings: SessionSettings): Promise<SessionRun> {
    const clock = clockAt(settings.now);
    const envoy = await Envoy.start({
      plugins: [settings.plugin],
      clock,
      callbackTimeoutMs: settings.callbackTimeoutMs,
      hostCallWords: settings.report,
      events: "exchange",
      callouts: start.callouts,
    });
    // What was updated before stays so in an Envoy that takes over.
    for await (const _updated of envoy.replayAll(start.updates));
    // The idle filter is known to come back.
    const plain = await Envoy.start({
      plugins: [idlePlugin],
      clock,
      callbackTimeoutMs: Infinity,
      events: "none",
    });
    return new SessionRun(index, settings, envoy, plain);
  }

  /** What came of everything that has a result, in order. */
  async *replayAll(items: readonly RecordedItem[]): AsyncGenerator<ItemOutcome, void, undefined> {
    const baselines = this.plain.replayAll(items.filter((item) => "id" in item));
    for await (const replayed of this.#replayed(items)) {
      if ("standing" in replayed) continue;
      if ("stream" in replayed) {
        const { value: baseline } = await baselines.next();
        if (baseline !== undefined && "stream" in baseline) yield this.#streamOutcome(replayed, baseline);
        continue;
      }
      this.#isStreamsAlone = false;
      if ("connection" in replayed) {
        const { value: baseline } = await baselines.next();
        if (baseline !== undefined && "connection" in baseline)
          yield { result: compareConnections(baseline, replayed, this.index, this.settings) };
      } else if ("advance" in replayed) {
        yield { result: advanceResult(replayed, this.index, this.settings) };
      } else {
        yield { result: updateResult(replayed, this.settings.plugin.name, this.index, this.settings) };
      }
    }
  }

  /** What a recording expects of metrics it expects between two streams. */
  async *#replayed(items: readonly RecordedItem[]): AsyncGenerator<ReplayedItem, void, undefined> {
    const isExpecting = items.some((item) => "request" in item && item.expect !== undefined);
    if (isExpecting) for (const item of items) yield* this.envoy.replayAll([item]);
    else yield* this.envoy.replayAll(items);
  }

  #streamOutcome(exchange: Exchange, baseline: Exchange): ItemOutcome {
    const { stream } = exchange;
    this.#first ??= exchange;
    this.#count += 1;
    const unmet =
      stream.expect === undefined ? [] : unmetExpectations(stream.expect, exchange, this.envoy.metrics);
    const result = compareExchanges(baseline, exchange, this.index, unmet, this.settings);
    if (!this.settings.report) return { result };
    return { result, described: this.#described(exchange, baseline, unmet) };
  }

  #described(
    exchange: Exchange,
    baseline: Exchange,
    unmet: NonNullable<StreamResult["unmet"]>,
  ): ReportStream {
    return describeExchange(exchange, { baseline, unmet, withoutTimes: !this.settings.times });
  }

  /** Ends both Envoys. */
  async end(): Promise<SessionEnd> {
    const metrics = this.envoy.metrics.map(metricResult);
    const warnings = [...this.envoy.warnings];
    const standing = this.envoy.standingAnswers.map(({ callout, given }) => {
      return { ...unusedCallout(callout), given };
    });
    const first = this.#first;
    const isTold = first !== null && this.#count > 1 && this.#isStreamsAlone;
    const repeatable = isTold ? cameOutAlike(first, await this.envoy.replay(first.stream)) : null;
    this.envoy.stop();
    this.plain.stop();
    const coverage = collectCoverage();
    resetCoverage();
    return { metrics, warnings, repeatable, standing, coverage };
  }
}

function clockAt(now: string): Clock {
  const nanoseconds = BigInt(Date.parse(now)) * 1_000_000n;
  return { wallNanoseconds: () => nanoseconds, monotonicNanoseconds: () => nanoseconds };
}
