import type { Interval } from "./statistics.js";

export interface Size {
  readonly raw: number;
  readonly gzip: number;
}

/** Over the rounds. The low figures are the ones that a busy machine disturbs least. */
export interface Spread {
  readonly median: number;
  /** The mean of the lowest quarter. */
  readonly calm: number;
  readonly q25: number;
  readonly q75: number;
  readonly min: number;
}

export interface Row {
  readonly name: string;
  /** Null for the baseline. */
  readonly size: Size | null;
  /** Processor time of the whole Envoy for a request, µs. */
  readonly cpu: Spread;
  /** What one filter adds to that of the baseline, µs for a request. */
  readonly added: Spread;
  readonly ratioToRust: Interval | null;
  readonly requestsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
}

export interface WorkloadReport {
  readonly id: string;
  readonly title: string;
  readonly baseline: string;
  readonly copies: number;
  readonly rounds: number;
  readonly rows: readonly Row[];
}

/** A table in Markdown. */
export function workloadTable(report: WorkloadReport): string {
  const copies =
    report.copies === 1
      ? "one filter in the chain"
      : `${report.copies} of the filter in the chain, figures for one`;
  return [
    `## ${report.title}`,
    "",
    `${copies}; ${report.rounds} rounds; added to \`${report.baseline}\``,
    "",
    "| filter | added µs: calm rounds | median | min | × Rust (90 % interval) | µs/request | req/s | p50 µs | p99 µs | raw bytes | gzip |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ...report.rows.map(
      (row) =>
        `| ${[
          row.name,
          ...[row.added.calm, row.added.median, row.added.min].map((value) => value.toFixed(2)),
          row.ratioToRust === null ? "" : interval(row.ratioToRust),
          row.cpu.median.toFixed(1),
          ...[row.requestsPerSecond, row.p50, row.p99].map((value) => value.toFixed(0)),
          row.size?.raw ?? "",
          row.size?.gzip ?? "",
        ].join(" | ")} |`,
    ),
    "",
  ].join("\n");
}

const interval = ({ value, low, high }: Interval) =>
  `${value.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
