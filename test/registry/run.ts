import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process, { stderr } from "node:process";
import { type RunOptions, runCommand } from "../lab/index.js";
import { Bench } from "./bench.js";
import { Checks } from "./checks.js";
import { installPackages } from "./debian-packages.js";
import { checkAuthentication } from "./groups/authentication.js";
import { checkFaults } from "./groups/faults.js";
import { checkHostile } from "./groups/hostile.js";
import { checkIstio } from "./groups/istio.js";
import { checkLibrary } from "./groups/library.js";
import { checkMakers } from "./groups/makers.js";
import { checkMatrix } from "./groups/matrix.js";
import { checkRoad } from "./groups/road.js";
import { checkCopies } from "./groups/copies.js";
import { checkLogins } from "./groups/logins.js";
import { checkReferrers } from "./groups/referrers.js";
import { checkShapes } from "./groups/shapes.js";
import { checkSignatures } from "./groups/signatures.js";
import { MissingTool, stopAll } from "./processes.js";
import { buildTools } from "./tools.js";

const USAGE = `Usage: npm run test:registry -- [--only NAME]

Delivers filters through real registries to real clients, Istio's fetcher and Envoy.
  --only NAME   only groups of checks whose name contains NAME, or another NAME when repeated
`;

/** In this order: what waits for the longest build comes last. */
const groups: readonly { readonly name: string; run(bench: Bench): Promise<void> }[] = [
  { name: "library", run: checkLibrary },
  { name: "authentication", run: checkAuthentication },
  { name: "faults", run: checkFaults },
  { name: "hostile", run: checkHostile },
  { name: "makers", run: checkMakers },
  { name: "istio", run: checkIstio },
  { name: "shapes", run: checkShapes },
  { name: "road", run: checkRoad },
  { name: "matrix", run: checkMatrix },
  { name: "copies", run: checkCopies },
  { name: "referrers", run: checkReferrers },
  { name: "logins", run: checkLogins },
  { name: "signatures", run: checkSignatures },
];

/** Returns the exit code: 0 everything is right, 1 something is not, 2 usage. */
export function main(args: readonly string[]): Promise<number> {
  return runCommand(args, USAGE, runGroups);
}

async function runGroups({ only }: RunOptions): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "registry-test-"));
  const cleanUp = async () => {
    await stopAll();
    await rm(folder, { recursive: true, force: true });
  };
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    process.once(signal, () => void cleanUp().finally(() => process.exit(code)));
  }

  try {
    await installPackages();
    const bench = new Bench(new Checks(), folder, await buildTools());
    try {
      for (const group of groups) {
        if (only?.some((part) => group.name.includes(part)) ?? true) await group.run(bench);
      }
    } finally {
      await bench.close();
    }
    return bench.checks.finish();
  } catch (error) {
    if (!(error instanceof MissingTool)) throw error;
    stderr.write(`${error.message}\n`);
    return 1;
  } finally {
    await cleanUp();
  }
}
