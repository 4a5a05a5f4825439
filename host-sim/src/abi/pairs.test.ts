import { expect, test } from "vitest";
import { decodePairs, encodePairs } from "./pairs.js";

test("the layout: count, sizes, then texts with a NUL behind each", () => {
  const bytes = encodePairs([
    ["a", "bc"],
    ["", "\xff"],
  ]);
  expect(Buffer.from(bytes).toString("hex")).toBe(
    "02000000" + "0100000002000000" + "0000000001000000" + "6100626300" + "00ff00",
  );
  expect(decodePairs(bytes)).toEqual([
    ["a", "bc"],
    ["", "\xff"],
  ]);
});

test("anything malformed reads as an empty list", () => {
  const good = encodePairs([["a", "bc"]]);
  for (let size = 0; size < good.length; size++) expect(decodePairs(good.subarray(0, size))).toEqual([]);
  expect(decodePairs(Buffer.concat([good, Buffer.alloc(1)]))).toEqual([]);
  expect(decodePairs(Buffer.from("ffffffff", "hex"))).toEqual([]);
  expect(decodePairs(encodePairs(Array.from({ length: 1025 }, () => ["", ""] as const)))).toEqual([]);
});
