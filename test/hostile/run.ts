import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { stderr, stdout } from "node:process";

import { repository, type RunOptions, runCommand } from "../lab/index.js";
import { Bench } from "./bench.js";
import { type Case, Dead, Wrong } from "./case.js";
import { allCases } from "./cases/index.js";
import type { Mark } from "./rows.js";
import { STATIONS } from "./stations.js";
import { renderPage, type Result } from "./table.js";

const USAGE = `Usage: npm run test:hostile -- [--only NAME] [--update]

Gives filters of the SDK every hostile input in a real Envoy, and 100 good requests after each.
  --only NAME   only cases whose name contains NAME, or another NAME when repeated; the table is left alone
  --update      writes docs/reliability.md
`;

/** Returns the exit code: 0 everything is right, 1 something is not, 2 usage. */
export function main(args: readonly string[]): Promise<number> {
  return runCommand(args, USAGE, runCases);
}

async function runCases({ only, update }: RunOptions): Promise<number> {
  const cases = allCases.filter(({ name }) => only?.some((part) => name.includes(part)) ?? true);
  if (cases.length === 0) {
    stderr.write(`no case is called ${only?.join(" or ")}\n`);
    return 1;
  }
  const needed = new Set(cases.flatMap((one) => [one.station, ...(one.others ?? [])]));
  const bench = await Bench.open(STATIONS.filter(({ name }) => needed.has(name)));
  const results: Result[] = [];
  let failed = 0;
  try {
    for (const one of cases) {
      const started = performance.now();
      const { mark, reason } = await judge(bench, one);
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      stdout.write(`${mark} ${one.name} (${seconds} s)${reason === "" ? "" : `: ${reason}`}\n`);
      results.push({ row: one.row, mark });
      if (mark !== "✔") failed++;
      if (mark === "†") await bench.start();
    }
  } finally {
    await bench.close();
  }
  if (only === undefined && !(await tableIsUpToDate(results, update))) failed++;
  stdout.write(`\n${cases.length + (only === undefined ? 1 : 0) - failed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}

/** Gives a filter the input, then 100 good requests. What is dead is dead, whatever else was wrong. */
async function judge(bench: Bench, one: Case): Promise<{ mark: Mark; reason: string }> {
  const logged = bench.envoy.log().length;
  let reason = "";
  try {
    bench.reset();
    await one.run(bench);
  } catch (error) {
    if (error instanceof Dead) return { mark: "†", reason: error.message };
    if (!(error instanceof Wrong)) throw error;
    reason = error.message;
  }
  try {
    if (bench.envoy.crashed()) throw new Dead("Envoy has ended");
    if (one.station !== null) await bench.serves(one.station);
  } catch (error) {
    const errors = bench.envoy
      .log()
      .slice(logged)
      .filter(({ logger, level }) => logger === "wasm" && (level === "error" || level === "critical"));
    const why = errors.map(({ text }) => text).join("; ");
    return { mark: "†", reason: `${(error as Error).message}; ${reason}; ${why}` };
  }
  return { mark: reason === "" ? "✔" : "✘", reason };
}

async function tableIsUpToDate(results: readonly Result[], update: boolean): Promise<boolean> {
  const path = join(repository, "docs", "reliability.md");
  const page = await renderPage(results, path);
  const old = await readFile(path, "utf8").catch(() => "");
  if (old === page) {
    stdout.write("✔ docs/reliability.md is what came out\n");
    return true;
  }
  if (update) {
    await writeFile(path, page);
    stdout.write("✔ docs/reliability.md is written\n");
    return true;
  }
  stdout.write("✘ docs/reliability.md is not what came out: run `npm run test:hostile -- --update`\n");
  return false;
}
