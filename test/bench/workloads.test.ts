import { expect, test } from "vitest";

import { json16k } from "./json-body.js";
import { readArguments, UsageError } from "./arguments.js";

test("the body of W4 is JSON of exactly 16,384 bytes, in the one spelling that all libraries write", () => {
  const body = json16k();
  expect(Buffer.byteLength(body)).toBe(16_384);
  expect(JSON.stringify(JSON.parse(body))).toBe(body);
});

test("arguments choose SDKs and workloads, and say what there is when a name is unknown", () => {
  expect(readArguments(["--quick"]).sdks).toEqual(["as-proxy-wasm", "rust"]);
  expect(readArguments(["--memory"]).workloads).toEqual(["w2", "w4"]);
  expect(() => readArguments(["--sdk", "cobol"])).toThrow(
    new UsageError("--sdk cobol: there is as-proxy-wasm, rust, go, gcore, solo"),
  );
  expect(() => readArguments(["--rounds", "0"])).toThrow("--rounds 0: it must be a whole number from 1");
});
