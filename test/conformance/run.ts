import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { stderr, stdout } from "node:process";
import { parseArgs } from "node:util";

import { MissingToolError } from "../lab/toolchains/missing-tool.js";
import type { Case } from "./case.js";
import { allCases } from "./cases.js";
import { compare, type Difference } from "./compare.js";
import { ENVOY_VERSION, EnvoyInstallError, installEnvoy } from "./envoy/install.mjs";
import { observeEnvoy, observeSimulator } from "./observe.js";
import { pruneGolden, readGolden, writeGolden } from "./golden.js";
import { polyglotCases } from "./polyglot/cases.js";
import { groups, type Transcript, transcribe } from "./transcript.js";

const USAGE = `Usage: npm run test:envoy -- [--only NAME] [--update]

Runs every case in a real Envoy ${ENVOY_VERSION} and in the simulator, and compares them. Needs Rust and Go for wasip1.
  --only NAME   only cases whose name contains NAME
  --update      keeps what Envoy did in test/conformance/golden/
`;

/** Returns the exit code: 0 everything is equal, 1 something differs, 2 usage. `folder` is this one. */
export async function main(folder: string, args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === null) return 2;
  try {
    return await runCases(folder, options);
  } catch (error) {
    if (!(error instanceof EnvoyInstallError || error instanceof MissingToolError)) throw error;
    stderr.write(`${error.message}\n`);
    return 1;
  }
}

interface Options {
  readonly only: string | undefined;
  readonly update: boolean;
}

function readOptions(args: readonly string[]): Options | null {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { only: { type: "string" }, update: { type: "boolean", default: false } },
    });
    return { only: values.only, update: values.update };
  } catch (error) {
    stderr.write(`${(error as Error).message}\n\n${USAGE}`);
    return null;
  }
}

async function runCases(folder: string, options: Options): Promise<number> {
  const binary = await installEnvoy();
  const golden = join(folder, "golden");
  const kept = await allCases(folder);
  const wanted = ({ name }: Case) => options.only === undefined || name.includes(options.only);
  const cases = [...kept, ...(await polyglotCases())].filter(wanted);
  const tally = { passed: 0, failed: cases.length === 0 ? 1 : 0 };
  if (cases.length === 0) stderr.write(`no case is called ${options.only}\n`);

  for (const testCase of cases) {
    const started = performance.now();
    const envoy = transcribe(await observeEnvoy(binary, testCase), testCase.racyCalls);
    const simulator = transcribe(await observeSimulator(testCase), testCase.racyCalls);
    stdout.write(`\n${testCase.name} (${((performance.now() - started) / 1000).toFixed(1)} s)\n`);
    const differences = compare(
      { name: "Envoy", transcript: envoy },
      { name: "simulator", transcript: simulator },
    );
    for (const group of groups)
      report(tally, group, differences.find((difference) => difference.group === group) ?? null);
    if (!kept.includes(testCase)) continue;
    if (options.update)
      await writeGolden(golden, testCase.name, { moduleSha256: testCase.moduleSha256, transcript: envoy });
    report(tally, "checked-in result", await goldenDifference(golden, testCase, envoy));
  }
  if (options.update && options.only === undefined) {
    await pruneGolden(
      golden,
      kept.map(({ name }) => name),
    );
  }
  stdout.write(`\n${tally.passed} passed, ${tally.failed} failed\n`);
  return tally.failed === 0 ? 0 : 1;
}

/** How the result in the repository differs from what Envoy did just now. */
async function goldenDifference(
  folder: string,
  testCase: Case,
  envoy: Transcript,
): Promise<Pick<Difference, "report"> | null> {
  const update = "run `npm run test:envoy -- --update`";
  const golden = await readGolden(folder, testCase.name);
  if (golden === null) return { report: `there is none: ${update}` };
  if (golden.moduleSha256 !== testCase.moduleSha256) return { report: `it is of another module: ${update}` };
  const [first] = compare(
    { name: "checked in", transcript: golden.transcript },
    { name: "Envoy", transcript: envoy },
  );
  return first === undefined
    ? null
    : { report: `${first.group}: ${first.report}\n  if Envoy is right, ${update}` };
}

function report(
  tally: { passed: number; failed: number },
  what: string,
  difference: Pick<Difference, "report"> | null,
): void {
  if (difference === null) {
    tally.passed++;
    stdout.write(`  equal   ${what}\n`);
  } else {
    tally.failed++;
    stdout.write(`  DIFFERS ${what}: ${difference.report.replaceAll("\n", "\n    ")}\n`);
  }
}
