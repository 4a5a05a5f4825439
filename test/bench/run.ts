import { mkdir, writeFile } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";
import { dirname, resolve } from "node:path";
import { stderr, stdout } from "node:process";

import { ENVOY_VERSION, EnvoyInstallError, installEnvoy } from "../conformance/envoy/install.mjs";
import { type Arguments, readArguments, USAGE, UsageError } from "./arguments.js";
import { type Bed, withBed } from "./bed.js";
import type { Sdk } from "./builders/sdk.js";
import type { Filter, Server } from "./envoy/server.js";
import { evaluate } from "./evaluate.js";
import { requireWrk } from "./load/wrk.js";
import { measure, type Sample } from "./measure.js";
import { type MemoryReport, memoryTable, soak } from "./memory.js";
import { MissingToolError } from "../lab/toolchains/missing-tool.js";
import { seededRandom } from "./random.js";
import { type WorkloadReport, workloadTable } from "./report.js";
import { SDKS } from "./sdks.js";
import { type Workload, WORKLOADS } from "./workloads.js";

/** `npm run bench`: gives the exit code. */
export async function main(words: readonly string[]): Promise<number> {
  try {
    await run(readArguments(words));
    return 0;
  } catch (error) {
    if (error instanceof UsageError) stderr.write(`${error.message}\n\n${USAGE}`);
    else if (error instanceof MissingToolError || error instanceof EnvoyInstallError)
      stderr.write(`${error.message}\n`);
    else throw error;
    return 1;
  }
}

async function run(options: Arguments): Promise<void> {
  await requireWrk();
  const envoy = await installEnvoy();
  const built = await buildAll(SDKS.filter(({ name }) => options.sdks.includes(name)));
  const workloads = WORKLOADS.filter(({ id }) => options.workloads.includes(id));
  const results = options.memory
    ? { memory: await watchMemory(workloads, built, envoy, options) }
    : { workloads: await measureTime(workloads, built, envoy, options) };

  if (options.json === null) return;
  const versions = Object.fromEntries(built.map(({ sdk, version }) => [sdk.name, version]));
  const report = { seed: options.seed, machine: machine(), envoy: ENVOY_VERSION, versions, ...results };
  await mkdir(dirname(resolve(options.json)), { recursive: true });
  await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
}

interface BuiltSdk {
  readonly sdk: Sdk;
  readonly version: string;
  modulePath(workload: Workload["id"]): string;
}

async function buildAll(sdks: readonly Sdk[]): Promise<BuiltSdk[]> {
  const built: BuiltSdk[] = [];
  for (const sdk of sdks) {
    progress(`building ${sdk.name}\n`);
    built.push({ sdk, version: await sdk.version(), modulePath: await sdk.build() });
  }
  return built;
}

function filtersOf(workload: Workload, built: readonly BuiltSdk[], options: Arguments): Filter[] {
  return [
    ...built
      .filter(({ sdk }) => sdk.workloads.includes(workload.id))
      .map(({ sdk, modulePath }) => ({ name: sdk.name, modulePath: modulePath(workload.id) })),
    ...options.modules.map(({ name, path }) => ({ name, modulePath: resolve(path) })),
  ];
}

/** How often all Envoys are started anew: where a process happens to lie in memory is good or bad for all that it serves. */
const BEDS = 3;

async function measureTime(
  workloads: readonly Workload[],
  built: readonly BuiltSdk[],
  envoy: string,
  options: Arguments,
): Promise<WorkloadReport[]> {
  progress(`seed ${options.seed}\n`);
  const random = seededRandom(options.seed);
  const reports: WorkloadReport[] = [];
  for (const workload of workloads) {
    const copies = options.copies ?? workload.copies;
    const baseline = {
      name: workload.baseline === "none" ? "no filter" : "Envoy's buffer",
      modulePath: null,
    };
    const filters = [baseline, ...filtersOf(workload, built, options)];
    const samples = new Map<string, Sample[]>(filters.map(({ name }) => [name, []]));
    let servers: readonly Server[] = [];
    for (let bedNumber = 1; bedNumber <= BEDS; ++bedNumber) {
      await withBed(envoy, workload, copies, filters, async (bed) => {
        servers = bed.servers;
        const measured = await measure(servers, {
          ...load(bed, workload, options),
          ...{ random, rounds: Math.ceil(options.rounds / BEDS), seconds: options.seconds },
          progress: (round) => progress(`\r${workload.id} Envoys ${bedNumber}/${BEDS} round ${round} `),
        });
        for (const [server, list] of measured) samples.get(server.filter.name)?.push(...list);
      });
    }
    const ofServers = new Map(servers.map((server) => [server, samples.get(server.filter.name) ?? []]));
    const rounds = Math.ceil(options.rounds / BEDS) * BEDS;
    const report = await evaluate(workload, copies, rounds, servers, ofServers, random);
    progress("\n");
    reports.push(report);
    stdout.write(`${workloadTable(report)}\n`);
  }
  return reports;
}

/** One Envoy at a time, with one filter in the chain. */
async function watchMemory(
  workloads: readonly Workload[],
  built: readonly BuiltSdk[],
  envoy: string,
  options: Arguments,
): Promise<MemoryReport[]> {
  const reports: MemoryReport[] = [];
  for (const workload of workloads) {
    const requests = options.requests ?? workload.soakRequests;
    for (const filter of filtersOf(workload, built, options)) {
      const report = await withBed(envoy, workload, 1, [filter], async (bed) => {
        const [server] = bed.servers;
        if (server === undefined) throw new Error("there is no Envoy to watch");
        return soak(server, workload.id, {
          ...load(bed, workload, options),
          ...{ requests, seconds: SOAK_SECONDS },
          progress: (served) => progress(`\r${workload.id} ${filter.name} ${served}/${requests} `),
        });
      });
      progress("\n");
      reports.push(report);
    }
  }
  stdout.write(`${memoryTable(reports)}\n`);
  return reports;
}

const SOAK_SECONDS = 600;

function load(bed: Bed, workload: Workload, options: Arguments) {
  return {
    ...{ script: bed.script, connections: options.connections, launcher: bed.loadLauncher },
    refusedShare: workload.refusedShare,
  };
}

const machine = () => ({
  processor: cpus()[0]?.model ?? "unknown",
  cores: availableParallelism(),
  node: process.version,
  platform: `${process.platform}-${process.arch}`,
});

function progress(text: string): void {
  stderr.write(text);
}
