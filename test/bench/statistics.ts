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
 * The ratio of two medians over the same rounds, with its bootstrap interval: rounds are drawn with replacement, and both
 * sides always from the same ones, since what disturbs a round disturbs both.
 */
export function ratioOfMedians(
  above: readonly number[],
  below: readonly number[],
  random: () => number,
): Interval {
  const ratio = (rounds: readonly number[]) =>
    median(rounds.map((round) => above[round] ?? 0)) / median(rounds.map((round) => below[round] ?? 0));
  const rounds = [...above.keys()];
  const drawn = Array.from({ length: 2_000 }, () =>
    ratio(rounds.map(() => Math.floor(random() * rounds.length))),
  );
  return { value: ratio(rounds), low: quantile(drawn, 0.05), high: quantile(drawn, 0.95) };
}
