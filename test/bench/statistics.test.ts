import { expect, test } from "vitest";

import { seededRandom } from "./random.js";
import { quantile, ratioOfMedians } from "./statistics.js";

test("a quantile lies between its neighbours in proportion", () => {
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
  expect(quantile([10, 20, 30], 0.25)).toBe(15);
  expect(quantile([7], 0.9)).toBe(7);
});

test("a disturbance that hits both sides of a round does not touch the ratio", () => {
  const below = [10, 11, 50, 10, 9, 80, 10];
  const above = below.map((value) => value * 0.5);
  const { value, low, high } = ratioOfMedians(above, below, seededRandom(1));
  expect([value, low, high]).toEqual([0.5, 0.5, 0.5]);
});

test("the interval widens with the noise and holds the ratio", () => {
  const random = seededRandom(2);
  const noisy = () => Array.from({ length: 30 }, () => 10 + random());
  const { value, low, high } = ratioOfMedians(noisy(), noisy(), random);
  expect(low).toBeLessThan(value);
  expect(high).toBeGreaterThan(value);
  expect(high - low).toBeLessThan(0.2);
});
