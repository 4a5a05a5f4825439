/** The metrics of several Envoys as one: counters and gauges add up, samples stand one after the other. */
import { type Metric, toText } from "as-proxy-wasm-sim";

/** A metric as text, so that it survives JSON: Envoy counts in 64 bits. */
export interface MetricResult {
  readonly name: string;
  readonly type: Metric["type"];
  /** Decimal; of counters and gauges. */
  readonly value: string;
  /** Decimal; of histograms. */
  readonly samples: readonly string[];
}

/** More samples of one histogram are counted, not kept: a report has to end somewhere. */
export const maxSamples = 10_000;

export function metricResult({ name, type, value, samples }: Metric): MetricResult {
  return { name: toText(name), type, value: String(value), samples: samples.map(String) };
}

export class MetricTotals {
  readonly #totals = new Map<
    string,
    { type: Metric["type"]; value: bigint; samples: string[]; more: number }
  >();

  add(metrics: readonly MetricResult[]): void {
    for (const { name, type, value, samples } of metrics) {
      const key = `${type} ${name}`;
      let total = this.#totals.get(key);
      if (total === undefined) this.#totals.set(key, (total = { type, value: 0n, samples: [], more: 0 }));
      // A gauge below zero is a large number without sign (abi.md 7.6); the sum of all is what one process would have.
      total.value = BigInt.asUintN(64, total.value + BigInt(value));
      const room = Math.max(0, maxSamples - total.samples.length);
      total.samples.push(...samples.slice(0, room));
      total.more += Math.max(0, samples.length - room);
    }
  }

  get metrics(): readonly MetricResult[] {
    return [...this.#totals].map(([key, { type, value, samples }]) => ({
      name: key.slice(type.length + 1),
      type,
      value: String(value),
      samples,
    }));
  }

  /** One sentence for each metric that is not shown in full. */
  get warnings(): readonly string[] {
    return [...this.#totals].flatMap(([key, { type, more }]) =>
      more === 0
        ? []
        : [`${key.slice(type.length + 1)} has ${more} more samples than the ${maxSamples} shown.`],
    );
  }
}
