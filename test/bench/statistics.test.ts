import { expect, it } from "vitest";

import { seededRandom } from "./random.js";
import { calm, quantile, ratioOfAdded } from "./statistics.js";

it("interpolates quantiles", () => {
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
  expect(quantile([5, 1, 3], 0.25)).toBe(2);
  expect(quantile([7], 0.9)).toBe(7);
});

it("takes the mean of the lowest quarter", () => {
  expect(calm([9, 1, 8, 3, 7, 6, 5, 4])).toBe(2);
  expect(calm([7])).toBe(7);
});

it("finds the ratio of what is added under disturbances that only ever add", () => {
  const random = seededRandom(3);
  const disturbed = (value: number) => Array.from({ length: 40 }, () => value + random() * random() * 8);
  const { value, low, high } = ratioOfAdded(disturbed(25), disturbed(30), disturbed(20), random);
  expect(value).toBeGreaterThan(0.4);
  expect(value).toBeLessThan(0.6);
  expect(low).toBeLessThanOrEqual(value);
  expect(high).toBeGreaterThanOrEqual(value);
});
