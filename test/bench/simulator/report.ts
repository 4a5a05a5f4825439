import { calm, median } from "../statistics.js";

/** What is measured, and what it took in each round, in µs of processor time for a stream. */
export interface Measured {
  readonly name: string;
  readonly streams: number;
  readonly samples: readonly number[];
}

/** What a difference or a share of two rows is to be. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly goal: string | null;
}

/** A table in Markdown. */
export function timesTable(rows: readonly Measured[]): string {
  return [
    "| what runs the filter | median µs | calm rounds | streams/s on one core |",
    "| --- | --- | --- | --- |",
    ...rows.map(({ name, samples }) => {
      const micros = median(samples);
      return `| ${name} | ${digits(micros)} | ${digits(calm(samples))} | ${Math.round(1e6 / micros)} |`;
    }),
    "",
  ].join("\n");
}

export function figuresTable(figures: readonly Figure[]): string {
  return [
    "| figure | value | goal |",
    "| --- | --- | --- |",
    ...figures.map(({ name, value, unit, goal }) => `| ${name} | ${digits(value)} ${unit} | ${goal ?? ""} |`),
    "",
  ].join("\n");
}

const digits = (value: number) => value.toFixed(value < 100 ? 1 : 0);
