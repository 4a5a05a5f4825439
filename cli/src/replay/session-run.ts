/** Runs the streams of one session twice: through an Envoy with the filter, and through one whose filter does nothing. */
import {
  type Clock,
  collectCoverage,
  type Coverage,
  Envoy,
  type Exchange,
  type PluginConfig,
  type RecordedStream,
  resetCoverage,
  unmetExpectations,
  idlePlugin,
} from "as-proxy-wasm-sim";
import { describeExchange, type ReportStream } from "as-proxy-wasm-sim/report";
import { cameOutAlike, compareExchanges, type ResultOptions } from "./compare-exchanges.js";
import { type MetricResult, metricResult } from "./metric-totals.js";
import type { StreamResult } from "./stream-result.js";

/** One stream's result, and what the report shows of it. */
export interface StreamOutcome {
  readonly result: StreamResult;
  /** Absent without `--report`. */
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
  /** What ran of a filter that was built with `--coverage`; empty otherwise. */
  readonly coverage: Coverage;
}

export class SessionRun {
  #first: Exchange | null = null;
  #count = 0;

  private constructor(
    private readonly index: number,
    private readonly settings: SessionSettings,
    private readonly envoy: Envoy,
    private readonly plain: Envoy,
  ) {}

  /** Rejects with `EnvoyStartError` when a real Envoy would not start with the filter. */
  static async start(index: number, settings: SessionSettings): Promise<SessionRun> {
    const clock = clockAt(settings.now);
    const envoy = await Envoy.start({
      plugins: [settings.plugin],
      clock,
      callbackTimeoutMs: settings.callbackTimeoutMs,
      hostCallWords: settings.report,
      events: "exchange",
    });
    // The idle filter is known to come back.
    const plain = await Envoy.start({
      plugins: [idlePlugin],
      clock,
      callbackTimeoutMs: Infinity,
      events: "none",
    });
    return new SessionRun(index, settings, envoy, plain);
  }

  /** The streams' outcomes in order. */
  async *replayAll(streams: readonly RecordedStream[]): AsyncGenerator<StreamOutcome, void, undefined> {
    const baselines = this.plain.replayAll(streams);
    for await (const exchange of this.#exchanges(streams)) {
      const { value: baseline } = await baselines.next();
      if (baseline !== undefined) yield this.#outcome(exchange, baseline);
    }
  }

  /** What a recording expects of metrics it expects between two streams. */
  async *#exchanges(streams: readonly RecordedStream[]): AsyncGenerator<Exchange, void, undefined> {
    if (streams.some(({ expect }) => expect !== undefined))
      for (const stream of streams) yield await this.envoy.replay(stream);
    else yield* this.envoy.replayAll(streams);
  }

  #outcome(exchange: Exchange, baseline: Exchange): StreamOutcome {
    const { stream } = exchange;
    this.#first ??= exchange;
    this.#count += 1;
    const unmet =
      stream.expect === undefined ? [] : unmetExpectations(stream.expect, exchange, this.envoy.metrics);
    const result = compareExchanges(baseline, exchange, this.index, unmet, this.settings);
    if (!this.settings.report) return { result };
    return {
      result,
      described: describeExchange(exchange, { baseline, unmet, withoutTimes: !this.settings.times }),
    };
  }

  /** Ends both Envoys. */
  async end(): Promise<SessionEnd> {
    const metrics = this.envoy.metrics.map(metricResult);
    const warnings = [...this.envoy.warnings];
    const first = this.#first;
    const repeatable =
      first === null || this.#count < 2 ? null : cameOutAlike(first, await this.envoy.replay(first.stream));
    this.envoy.stop();
    this.plain.stop();
    const coverage = collectCoverage();
    resetCoverage();
    return { metrics, warnings, repeatable, coverage };
  }
}

function clockAt(now: string): Clock {
  const nanoseconds = BigInt(Date.parse(now)) * 1_000_000n;
  return { wallNanoseconds: () => nanoseconds, monotonicNanoseconds: () => nanoseconds };
}
