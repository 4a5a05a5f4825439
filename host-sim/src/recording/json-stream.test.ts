import { describe, expect, test } from "vitest";
import { JsonStream } from "./json-stream.js";
import { RecordingError } from "./recording-error.js";

/** Read in pieces of so many bytes. */
function read(
  text: string | Uint8Array,
  select = "$",
  pieceBytes = Infinity,
): { value: unknown; line: number }[] {
  const values: { value: unknown; line: number }[] = [];
  const json = new JsonStream({
    source: "a.json",
    select,
    onValue: (value, { line }) => values.push({ value, line }),
  });
  const bytes = Buffer.from(text as string);
  for (let at = 0; at < bytes.length; at += pieceBytes) json.write(bytes.subarray(at, at + pieceBytes));
  json.end();
  return values;
}

const values = (text: string | Uint8Array, select?: string, pieceBytes?: number): unknown[] =>
  read(text, select, pieceBytes).map(({ value }) => value);

function problem(text: string | Uint8Array, pieceBytes = Infinity): Pick<RecordingError, "code" | "message"> {
  try {
    values(text, "$", pieceBytes);
  } catch (error) {
    if (error instanceof RecordingError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error("was read without a complaint");
}

test.each([Infinity, 1, 3])(
  "values stand one after another, and each knows its line (pieces of %d)",
  (piece) => {
    const text = '{"a": [1, -2.5e3, true, null, "}\\"{"]}\n\n{"b": {}}\n[]';
    expect(read(text, "$", piece)).toEqual([
      { value: { a: [1, -2500, true, null, '}"{'] }, line: 1 },
      { value: { b: {} }, line: 3 },
      { value: [], line: 4 },
    ]);
  },
);

test("only what is selected is given", () => {
  expect(values('{"log": {"pages": [1], "entries": [{"a": 1}, {"b": [2]}]}}', "$.log.entries.*")).toEqual([
    { a: 1 },
    { b: [2] },
  ]);
});

test.each([Infinity, 1, 2])("strings are what JSON.parse makes of them (pieces of %d)", (piece) => {
  const mark = "\ufeff";
  const strings = [
    "é€😀",
    mark,
    `${mark}a${mark}${mark}`,
    "\ud800",
    "\u0000",
    `${"x".repeat(70_000)}${mark}${"y".repeat(70_000)}`,
  ];
  const text = JSON.stringify({ strings, ["__proto__"]: 1 });
  expect(values(text, "$", piece)).toEqual([JSON.parse(text)]);
});

describe("broken JSON is named by line and column, and never quoted", () => {
  test.each([
    ['{"a": secret}', "a.json: not JSON at line 1, column 7"],
    ['{"a": 1,\n "b" 2}', "a.json: not JSON at line 2, column 6"],
    ["[1, ]", "a.json: not JSON at line 1, column 5"],
    ['{"a": 1, }', "a.json: not JSON at line 1, column 10"],
    ["[1}", "a.json: not JSON at line 1, column 3"],
    ["[01]", "a.json: not JSON at line 1, column 3"],
    ["{} secret", "a.json: not JSON at line 1, column 4"],
    ['{"a": "\\x"}', "a.json: not JSON at line 1, column 9"],
    ['{"a":\n "\u0001"}', "a.json: not JSON at line 2, column 3"],
  ])("%s", (text, message) => {
    expect(problem(text)).toEqual({ code: "ERR_RECORDING_NOT_JSON", message });
    for (const piece of [1, 4]) expect(problem(text, piece).code).toBe("ERR_RECORDING_NOT_JSON");
  });

  test("another encoding", () => {
    expect(problem(Buffer.from('{"a": "\xe9 "}', "latin1"))).toEqual({
      code: "ERR_RECORDING_NOT_UTF8",
      message: "a.json: is JSON in another encoding than UTF-8",
    });
  });
});

test.each(["{", '{"a', '{"a":', '{"a":1', '{"a":tr', "[1,", '["\\"', "[[]"])("%s is cut off", (text) => {
  expect(problem(text).code).toBe("ERR_RECORDING_TRUNCATED");
});

test("nesting has a limit that is met before any stack", () => {
  expect(values("[".repeat(1000) + "]".repeat(1000))).toHaveLength(1);
  expect(problem("[".repeat(1_000_000))).toEqual({
    code: "ERR_RECORDING_TOO_DEEP",
    message: "a.json: JSON is nested deeper than 1000 levels in line 1",
  });
});
