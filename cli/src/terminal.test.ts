import { expect, test } from "vitest";
import { duration, printable, size, table, wantsColour } from "./terminal.js";

test.each([
  ["\u001b]0;owned\u0007", "\\x1b]0;owned\\x07"],
  ["\u009b31mred", "\\x9b31mred"],
  ["a\r\nb\tc\0", "a\\r\\nb\\tc\\x00"],
  ["abc\u202egnp.exe", "abc\\u202egnp.exe"],
  ["Grüße, 日本", "Grüße, 日本"],
])("what could steer a terminal is spelt out: %j", (raw, shown) => {
  expect(printable(raw)).toBe(shown);
});

test("colour needs a terminal, and NO_COLOR has the last word", () => {
  expect(wantsColour({}, true)).toBe(true);
  expect(wantsColour({}, false)).toBe(false);
  expect(wantsColour({ NO_COLOR: "1" }, true)).toBe(false);
  expect(wantsColour({ NO_COLOR: "" }, true)).toBe(true);
  expect(wantsColour({ NO_COLOR: "1", FORCE_COLOR: "1" }, true)).toBe(false);
  expect(wantsColour({ FORCE_COLOR: "1" }, false)).toBe(true);
  expect(wantsColour({ TERM: "dumb" }, true)).toBe(false);
});

test("numbers are short", () => {
  expect([size(0), size(999), size(2128), size(12_400_000)]).toEqual(["0 B", "999 B", "2.1 kB", "12.4 MB"]);
  expect([duration(1200), duration(2_500_000), duration(3.2e9)]).toEqual(["1.2 µs", "2.5 ms", "3.2 s"]);
});

test("columns align, lines end without spaces", () => {
  expect(
    table([
      ["a", "long", ""],
      ["bbb", "x", "end"],
    ]),
  ).toBe("  a    long\n  bbb  x     end");
});
