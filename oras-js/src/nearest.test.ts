import { expect, test } from "vitest";
import { nearestFirst } from "./nearest.js";

test.each([
  ["1.2.3", ["latest", "v1.2.3", "1.2.2", "2.0.0"], ["v1.2.3", "1.2.2", "2.0.0", "latest"]],
  ["V1", ["main", "v1", "v2"], ["v1", "v2", "main"]],
  ["", ["bb", "a"], ["a", "bb"]],
])("for %j the nearest of %j come first", (wanted, names, expected) => {
  expect(nearestFirst(wanted, names)).toEqual(expected);
});
