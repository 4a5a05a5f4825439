import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { stdout } from "node:process";

import { EnvoyInstallError } from "../conformance/envoy/install.mjs";
import { repository, type RunOptions, runCommand } from "../lab/index.js";
import type { Capability } from "./capability.js";
import { capabilities } from "./cases/index.js";
import { type Called, coverageProblems, renderCoverage } from "./coverage/table.js";
import { Stage } from "./stage.js";

const USAGE = `Usage: npm run test:capabilities -- [--only PAGE] [--update]

Runs the filters of docs/guide in a real Envoy, and checks docs/coverage.md against what was really called.
  --only PAGE   only pages whose name contains PAGE; the table is left alone. May be repeated
  --update      writes docs/coverage.md
`;

/** Returns the exit code: 0 everything is right, 1 something is not, 2 usage. */
export function main(args: readonly string[]): Promise<number> {
  return runCommand(args, USAGE, runAll);
}

async function runAll({ only, update }: RunOptions): Promise<number> {
  const tally = { passed: 0, failed: 0 };
  const called = new Map<string, Called>();
  for (const one of capabilities) {
    if (!(only?.some((part) => one.page.includes(part)) ?? true)) continue;
    called.set(one.page, await runPage(one, tally));
  }
  if (only === undefined) await checkCoverage(called, update, tally);
  stdout.write(`\n${tally.passed} passed, ${tally.failed} failed\n`);
  return tally.failed === 0 && tally.passed > 0 ? 0 : 1;
}

interface Tally {
  passed: number;
  failed: number;
}

async function runPage(one: Capability, tally: Tally): Promise<Called> {
  const started = performance.now();
  stdout.write(`${one.page}\n`);
  const stage = await Stage.open(one.page);
  const report = (what: string, problem: unknown): void => {
    if (problem === null) tally.passed++;
    else tally.failed++;
    stdout.write(problem === null ? `  ✔ ${what}\n` : `  ✘ ${what}\n${indented(problem)}\n`);
  };
  try {
    await one.run(stage, async (what, check) => {
      try {
        await check();
        report(what, null);
      } catch (error) {
        report(what, error);
      }
    });
  } catch (error) {
    if (error instanceof EnvoyInstallError) throw error;
    report("the page's Envoy and upstreams are ready", error);
  } finally {
    await stage.close();
  }
  stdout.write(`  ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
  return { host: stage.called("host"), guest: stage.called("guest") };
}

const indented = (problem: unknown) =>
  String(problem instanceof Error ? (problem.stack ?? problem.message) : problem).replace(/^/gm, "      ");

async function checkCoverage(
  called: ReadonlyMap<string, Called>,
  update: boolean,
  tally: Tally,
): Promise<void> {
  stdout.write("coverage\n");
  const problems = coverageProblems(called);
  for (const problem of problems) stdout.write(`  ✘ ${problem}\n`);
  tally.failed += problems.length;
  if (problems.length === 0) {
    tally.passed++;
    stdout.write("  ✔ every host function and every callback was called\n");
  }
  const path = join(repository, "docs", "coverage.md");
  const table = renderCoverage(called);
  if ((await readFile(path, "utf8").catch(() => "")) === table) {
    tally.passed++;
    stdout.write("  ✔ docs/coverage.md is what came out\n");
  } else if (update) {
    await writeFile(path, table);
    tally.passed++;
    stdout.write("  ✔ docs/coverage.md is written\n");
  } else {
    tally.failed++;
    stdout.write("  ✘ docs/coverage.md is not what came out: run `npm run test:capabilities -- --update`\n");
  }
}
