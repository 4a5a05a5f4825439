// Every rule that docs/abi.md states has a case that compares it in both hosts, or says why it has none.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { beforeAll, expect, it } from "vitest";

import { reliabilityRulesIn, rulesIn } from "./abi-rules.js";
import { ROWS } from "../hostile/rows.js";
import { allCases } from "./cases.js";
import { type Coverage, rules } from "./rules.js";

const folder = fileURLToPath(new URL(".", import.meta.url));
let stated: ReadonlyMap<string, string>;
let caseNames: ReadonlySet<string>;
beforeAll(async () => {
  const page = (name: string) => readFile(join(folder, "..", "..", "docs", name), "utf8");
  stated = new Map([...rulesIn(await page("abi.md")), ...reliabilityRulesIn(await page("reliability.md"))]);
  caseNames = new Set((await allCases(folder)).map(({ name }) => name));
});

it("finds the rules of the checklist and of appendices D to F", () => {
  expect(stated.get("12.15")).toMatch(/^continue_stream\(1\) too early kills the proxy/);
  expect(stated.get("E.10 row 3")).toContain("**hangs**");
  expect(stated.size).toBeGreaterThan(250);
});

it("knows every rule, and no other", () => {
  expect([...stated.keys()].filter((id) => rules[id] === undefined)).toEqual([]);
  expect(Object.keys(rules).filter((id) => !stated.has(id))).toEqual([]);
});

it("names cases that exist", () => {
  const named = Object.entries(rules).flatMap(([id, coverage]) =>
    casesOf(coverage).map((name) => ({ id, name })),
  );
  expect(named.filter(({ name }) => !caseNames.has(name))).toEqual([]);
  expect(Object.values(rules).filter((coverage) => "length" in coverage && coverage.length === 0)).toEqual(
    [],
  );
});

it("names rows of test/hostile that exist", () => {
  const named = Object.values(rules).flatMap((coverage) => ("hostile" in coverage ? coverage.hostile : []));
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((row) => !(row in ROWS))).toEqual([]);
});

function casesOf(coverage: Coverage): readonly string[] {
  if ("length" in coverage) return coverage;
  return "cases" in coverage ? coverage.cases : [];
}
