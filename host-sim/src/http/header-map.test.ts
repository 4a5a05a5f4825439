import { expect, test } from "vitest";
import { HeaderMap } from "./header-map.js";

test("names become lower-case, order and duplicates stay", () => {
  const map = new HeaderMap("request headers", [
    ["X-A", "1"],
    ["x-b", "2"],
    ["x-a", "3"],
  ]);
  expect(map.pairs).toEqual([
    ["x-a", "1"],
    ["x-b", "2"],
    ["x-a", "3"],
  ]);
  expect([map.get("X-A"), map.getAll("x-a"), map.has("x-c"), map.byteSize]).toEqual([
    "1",
    ["1", "3"],
    false,
    12,
  ]);
});

test("a header that Envoy holds in a slot of its own is joined", () => {
  const pairs = [
    ["accept", "a"],
    ["accept", "b"],
    ["cookie", "a"],
    ["cookie", "b"],
  ] as const;
  expect(new HeaderMap("request headers", pairs).pairs).toEqual([
    ["accept", "a,b"],
    ["cookie", "a"],
    ["cookie", "b"],
  ]);
  expect(new HeaderMap("response headers", pairs).pairs).toEqual(pairs);
});

test("pseudo headers stay in front, also those added later", () => {
  const map = new HeaderMap("request headers", [
    [":path", "/"],
    ["x-a", "1"],
  ]);
  map.add(":method", "GET");
  expect(map.pairs.map(([name]) => name)).toEqual([":path", ":method", "x-a"]);
});

test("a replaced header loses its place, pseudo headers within theirs", () => {
  const map = new HeaderMap("request headers", [
    [":path", "/"],
    [":method", "GET"],
    ["a", "1"],
    ["b", "2"],
    ["a", "3"],
  ]);
  map.replace("a", "9");
  map.replace(":path", "/z");
  expect(map.pairs).toEqual([
    [":method", "GET"],
    [":path", "/z"],
    ["b", "2"],
    ["a", "9"],
  ]);
});

test("Envoy's own changes keep the place", () => {
  const map = new HeaderMap("response headers", [
    ["server", "a"],
    ["b", "2"],
  ]);
  map.setInPlace("server", "c");
  map.setInPlace("d", "4");
  expect(map.pairs).toEqual([
    ["server", "c"],
    ["b", "2"],
    ["d", "4"],
  ]);
});
