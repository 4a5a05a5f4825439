import { describe, expect, test } from "vitest";
import { bodyChange } from "./body-changes.js";
import { headerChanges } from "./header-changes.js";

describe("headers", () => {
  test("are added, removed and changed by name", () => {
    expect(
      headerChanges(
        [
          [":path", "/"],
          ["x-old", "1"],
          ["x-spoofed", "evil"],
        ],
        [
          [":path", "/"],
          ["x-old", "2"],
          ["x-new", "3"],
        ],
      ),
    ).toEqual([
      { change: "changed", name: "x-old", from: "1", to: "2" },
      { change: "removed", name: "x-spoofed", value: "evil" },
      { change: "added", name: "x-new", value: "3" },
    ]);
  });

  test("with one name stay apart", () => {
    const cookie = (value: string): [string, string] => ["set-cookie", value];
    expect(
      headerChanges(
        [cookie("a"), cookie("b"), cookie("a")],
        [cookie("a"), cookie("b"), cookie("c"), cookie("a")],
      ),
    ).toEqual([{ change: "added", name: "set-cookie", value: "c" }]);
    expect(headerChanges([cookie("a"), cookie("a")], [cookie("a")])).toEqual([
      { change: "removed", name: "set-cookie", value: "a" },
    ]);
  });

  test("that only moved did not change", () => {
    expect(
      headerChanges(
        [
          ["a", "1"],
          ["b", "2"],
        ],
        [
          ["b", "2"],
          ["a", "1"],
        ],
      ),
    ).toEqual([]);
  });
});

describe("a body", () => {
  const bytes = (content: string | readonly number[]) =>
    ({ kind: "recorded", chunks: [Buffer.from(content as string)] }) as const;
  const missing = (size: number | null) => ({ kind: "missing", size, reason: "not captured" }) as const;

  test("that stayed is no change", () => {
    expect(bodyChange(bytes("same"), bytes("same"))).toBeNull();
  });

  test("of text shows the lines that differ", () => {
    expect(bodyChange(bytes("a\nb\nc\nd\ne\n"), bytes("a\nB\nc\nd\nf\n"))).toEqual({
      from: 10,
      to: 10,
      lines: [
        { kind: "removed", text: "b" },
        { kind: "added", text: "B" },
        { kind: "skipped", text: "2 lines" },
        { kind: "removed", text: "e" },
        { kind: "added", text: "f" },
      ],
    });
    expect(bodyChange(bytes(""), bytes("new"))?.lines).toEqual([{ kind: "added", text: "new" }]);
  });

  test("of bytes, or too long, shows its sizes alone", () => {
    expect(bodyChange(bytes([0xff, 0xfe]), bytes("x"))).toEqual({ from: 2, to: 1, lines: null });
    expect(bodyChange(bytes([0]), bytes(""))).toEqual({ from: 1, to: 0, lines: null });
    expect(bodyChange(bytes("x\n".repeat(501)), bytes("y"))).toEqual({ from: 1002, to: 1, lines: null });
  });

  test("that nobody recorded is no change, unless it came or went", () => {
    expect(bodyChange(missing(7), missing(7))).toBeNull();
    expect(bodyChange(missing(null), bytes("x"))).toEqual({ from: null, to: 1, lines: null });
  });

  test("with many changes shows the first ones", () => {
    const lines = bodyChange(bytes("a\n".repeat(40)), bytes("b"))?.lines;
    expect(lines).toHaveLength(25);
    expect(lines?.at(-1)).toEqual({ kind: "truncated", text: "17 lines more" });
  });
});
