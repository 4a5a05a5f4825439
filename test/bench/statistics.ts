/** The value below which a share of all values lies, between neighbours in proportion. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const low = sorted[Math.floor(place)] ?? Number.NaN;
  const high = sorted[Math.ceil(place)] ?? Number.NaN;
  return low + (high - low) * (place - Math.floor(place));
}

export const median = (values: readonly number[]) => quantile(values, 0.5);

export interface Interval {
  readonly value: number;
  /** The bounds of the middle 90 % of what resampled rounds give. */
  readonly low: number;
  readonly high: number;
}

/**
 * The mean of the lowest quarter: what else a machine does only ever adds to a time, and of the calm rounds there are always some.
 */
export function calm(values: readonly number[]): number {
  const lowest = values.toSorted((a, b) => a - b).slice(0, Math.ceil(values.length / 4));
  return lowest.reduce((sum, value) => sum + value, 0) / lowest.length;
}

/**
 * The ratio of what two add to a baseline in calm rounds, with its bootstrap interval: rounds are drawn with replacement, and all three
 * sides always from the same ones, since what disturbs a round disturbs them all.
 */
export function ratioOfAdded(
  above: readonly number[],
  below: readonly number[],
  baseline: readonly number[],
  random: () => number,
): Interval {
  const ratio = (rounds: readonly number[]) => {
    const calmOf = (values: readonly number[]) => calm(rounds.map((round) => values[round] ?? Number.NaN));
    return (calmOf(above) - calmOf(baseline)) / (calmOf(below) - calmOf(baseline));
  };
  const rounds = [...above.keys()];
  const drawn = Array.from({ length: 2_000 }, () =>
    ratio(rounds.map(() => Math.floor(random() * rounds.length))),
  );
  return { value: ratio(rounds), low: quantile(drawn, 0.05), high: quantile(drawn, 0.95) };
}
