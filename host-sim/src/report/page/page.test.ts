import { describe, expect, test } from "vitest";
import type { ReportRow } from "../report-data.js";
import { headerDiff } from "./header-diff.js";
import { hexDump } from "./hex.js";
import { laidOutJson } from "./json-layout.js";
import { lineDiff } from "./line-diff.js";
import { matchingRows } from "./row-filter.js";

test("headers are one list: what stayed, went, came and changed", () => {
  const before = [
    ["a", "1"],
    ["cookie", "x"],
    ["cookie", "y"],
    ["gone", "1"],
  ] as const;
  const after = [
    ["a", "2"],
    ["cookie", "y"],
    ["new", "1"],
    ["new", "2"],
  ] as const;
  expect(headerDiff(before, after)).toEqual([
    { change: "changed", name: "a", from: "1", value: "2" },
    { change: "removed", name: "cookie", value: "x" },
    { change: "same", name: "cookie", value: "y" },
    { change: "removed", name: "gone", value: "1" },
    { change: "added", name: "new", value: "1" },
    { change: "added", name: "new", value: "2" },
  ]);
});

describe("texts line by line", () => {
  const numbers = Array.from({ length: 20 }, (_, index) => String(index));

  test("show what changed with some lines around it", () => {
    const changed = numbers.with(10, "ten").toSpliced(12, 0, "new");
    expect(
      lineDiff(numbers.join("\n"), changed.join("\n"))?.map(({ change, text }) => `${change} ${text}`),
    ).toEqual([
      "skipped 7 lines",
      ...["7", "8", "9"].map((text) => `same ${text}`),
      "removed 10",
      "added ten",
      "same 11",
      "added new",
      ...["12", "13", "14"].map((text) => `same ${text}`),
      "skipped 5 lines",
    ]);
  });

  test("are not compared where that takes long", () => {
    const long = (prefix: string) => Array.from({ length: 2000 }, (_, index) => prefix + index).join("\n");
    expect(lineDiff(long("a"), long("b"))).toBeNull();
  });
});

test("JSON is laid out without touching its numbers and strings", () => {
  expect(laidOutJson('{"a":[1.0,12345678901234567890],"b":{},"c":"x:{,\\"}","d":[]}')).toBe(
    [
      "{",
      '  "a": [',
      "    1.0,",
      "    12345678901234567890",
      "  ],",
      '  "b": {},',
      '  "c": "x:{,\\"}",',
      '  "d": []',
      "}",
    ].join("\n"),
  );
  expect(laidOutJson("{nearly}")).toBeNull();
  expect(laidOutJson("7")).toBeNull();
});

test("bytes are shown sixteen a line", () => {
  const bytes = new TextEncoder().encode("GET / HTTP/1.1\r\nä");
  expect(hexDump(bytes)).toBe(
    "00000000  47 45 54 20 2f 20 48 54  54 50 2f 31 2e 31 0d 0a  GET / HTTP/1.1··\n00000010  c3 a4                                             ··",
  );
});

test("rows are found by words, kind, status and outcome", () => {
  const row = (index: number, change: Partial<ReportRow>): ReportRow => ({
    index,
    id: `id-${index}`,
    method: "GET",
    url: "http://a.example/",
    status: "200",
    outcome: "completed",
    changed: false,
    localReply: false,
    problems: 0,
    ...change,
  });
  const rows = [
    row(0, {}),
    row(1, { method: "POST", url: "http://a.example/Cart", changed: true }),
    row(2, { status: "401", localReply: true, changed: true }),
    row(3, { status: null, outcome: "stalled" }),
    row(4, { problems: 1 }),
  ];
  const all = { text: "", kind: "all", status: "", outcome: "" } as const;
  const found = (filter: object) => matchingRows(rows, { ...all, ...filter }).map(({ index }) => index);
  expect(found({})).toEqual([0, 1, 2, 3, 4]);
  expect(found({ text: "post cart" })).toEqual([1]);
  expect(found({ text: "id-2" })).toEqual([2]);
  expect(found({ kind: "changed" })).toEqual([1, 2]);
  expect(found({ kind: "unchanged", status: "200" })).toEqual([0, 4]);
  expect(found({ kind: "problems" })).toEqual([3, 4]);
  expect(found({ status: "no response" })).toEqual([3]);
  expect(found({ outcome: "stalled" })).toEqual([3]);
});
