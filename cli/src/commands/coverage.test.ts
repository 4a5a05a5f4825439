import { readdirSync, readFileSync } from "node:fs";
import { resetCoverage } from "as-proxy-wasm-sim";
import coverageLibrary from "istanbul-lib-coverage";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runCommand } from "../testing/run-command.js";
import { scratchProject, type ScratchProject } from "../testing/scratch-project.js";

let project: ScratchProject;
beforeEach(() => {
  project = scratchProject();
  resetCoverage();
});
afterEach(() => project.remove());

test("replay --coverage says what ran and what did not, and writes it for other tools", async () => {
  const source = readFileSync(project.path("assembly/index.ts"), "utf8");
  const onlyIfAsked =
    'if (headers.get("x-never") !== null) {\n      headers.remove("x-hello");\n    }\n    $&';
  project.write("assembly/index.ts", source.replace('headers.set("x-hello", "world");', onlyIfAsked));
  const { exitCode, stdout, stderr } = await runCommand(["replay", "-C", project.folder, "--coverage"]);
  expect(exitCode, stderr).toBe(0);
  const lines = readFileSync(project.path("assembly/index.ts"), "utf8").split("\n");
  const removal = lines.findIndex((line) => line.includes("headers.remove")) + 1;
  expect(stdout).toMatch(
    new RegExp(`assembly/index\\.ts {2}[\\d.]+ % of lines, .*functions, not run: (.* )?${removal}\\b`),
  );
  expect(stderr).toContain("coverage/lcov-report/index.html");
  expect(readdirSync(project.path("coverage")).toSorted()).toEqual([
    "coverage-final.json",
    "lcov-report",
    "lcov.info",
  ]);

  const written = JSON.parse(readFileSync(project.path("coverage/coverage-final.json"), "utf8")) as object;
  const file = coverageLibrary.createCoverageMap(written as coverageLibrary.CoverageMapData).files()[0]!;
  expect(file).toBe(project.path("assembly/index.ts"));
  expect(readFileSync(project.path("coverage/lcov.info"), "utf8")).toContain(`DA:${removal},0`);
});

test("build --coverage writes a module of its own, so that what counts is never shipped", async () => {
  const { exitCode } = await runCommand(["build", project.folder, "--coverage"]);
  expect(exitCode).toBe(0);
  expect(readdirSync(project.path("build")).toSorted()).toEqual([
    "filter.coverage.wasm",
    "filter.coverage.wasm.map",
  ]);
  await runCommand(["build", project.folder]);
  expect(readFileSync(project.path("build/filter.wasm")).includes("__coverage")).toBe(false);
});
