import { describe, expect, test } from "vitest";
import { readJsonValues } from "./json-text.js";
import { RecordingError } from "./recording-error.js";

const values = (text: string): unknown[] => [...readJsonValues(text, "a.json")].map(({ value }) => value);

function problem(text: string): Pick<RecordingError, "code" | "message"> {
  try {
    values(text);
  } catch (error) {
    if (error instanceof RecordingError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error("was read without a complaint");
}

test("values stand one after another, and each knows its line", () => {
  const text = '{"a": [1, -2.5e3, true, null, "}\\"{"]}\n\n{"b": {}}\n[]';
  expect([...readJsonValues(text, "a.json")]).toEqual([
    { value: { a: [1, -2500, true, null, '}"{'] }, line: 1 },
    { value: { b: {} }, line: 3 },
    { value: [], line: 4 },
  ]);
});

describe("broken JSON is named by line and column, and never quoted", () => {
  test.each([
    ['{"a": secret}', "a.json: not JSON at line 1, column 7"],
    ['{"a": 1,\n "b" 2}', "a.json: not JSON at line 2, column 6"],
    ["[1, ]", "a.json: not JSON at line 1, column 5"],
    ['{"a": 1, }', "a.json: not JSON at line 1, column 10"],
    ["[1}", "a.json: not JSON at line 1, column 3"],
    ["[01]", "a.json: not JSON at line 1, column 2"],
    ["{} secret", "a.json: not JSON at line 1, column 4"],
    [
      '{"a": "\\x"}',
      "a.json: the JSON value that begins in line 1 has a string with a bad escape or a raw control character",
    ],
  ])("%s", (text, message) => {
    expect(problem(text)).toEqual({ code: "ERR_RECORDING_NOT_JSON", message });
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
