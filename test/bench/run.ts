import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { stderr, stdout } from "node:process";
import { gzipSync } from "node:zlib";

import { EnvoyInstallError, ENVOY_VERSION, installEnvoy } from "../conformance/envoy/install.mjs";
import { cache } from "./build/folders.js";
import { type Arguments, readArguments, USAGE, UsageError } from "./arguments.js";
import type { Sdk } from "./build/sdk.js";
import { checkBehaviour, EchoUpstream } from "./check.js";
import { type Filter, type Server, startServer } from "./envoy/server.js";
import { launchers } from "./launchers.js";
import { requireWrk, writeScript } from "./load/wrk.js";
import { measure, type Sample } from "./measure.js";
import { MissingToolError } from "./missing-tool.js";
import { seededRandom } from "./random.js";
import { type Row, type Size, type Spread, type WorkloadReport, workloadTable } from "./report.js";
import { REFERENCE, SDKS } from "./sdks.js";
import { median, quantile, ratioOfMedians } from "./statistics.js";
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
  const envoy = await installEnvoy(join(cache, "..", `envoy-${ENVOY_VERSION}`));
  const built = await buildAll(SDKS.filter(({ name }) => options.sdks.includes(name)));
  progress(`seed ${options.seed}\n`);
  const random = seededRandom(options.seed);

  const workloads: WorkloadReport[] = [];
  for (const workload of WORKLOADS.filter(({ id }) => options.workloads.includes(id))) {
    const filters = [
      { name: workload.baseline === "none" ? "no filter" : "Envoy's buffer", modulePath: null },
      ...built
        .filter(({ sdk }) => sdk.workloads.includes(workload.id))
        .map(({ sdk, modulePath }) => ({ name: sdk.name, modulePath: modulePath(workload.id) })),
      ...options.modules.map(({ name, path }) => ({ name, modulePath: resolve(path) })),
    ];
    const report = await measureWorkload(workload, filters, envoy, options, random);
    workloads.push(report);
    stdout.write(`${workloadTable(report)}\n`);
  }

  if (options.json === null) return;
  const versions = Object.fromEntries(built.map(({ sdk, version }) => [sdk.name, version]));
  await mkdir(dirname(resolve(options.json)), { recursive: true });
  await writeFile(
    options.json,
    `${JSON.stringify({ seed: options.seed, machine: machine(), versions, workloads }, null, 2)}\n`,
  );
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

async function measureWorkload(
  workload: Workload,
  filters: readonly Filter[],
  envoy: string,
  options: Arguments,
  random: () => number,
): Promise<WorkloadReport> {
  const copies = options.copies ?? workload.copies;
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  const upstream = await EchoUpstream.listen();
  const servers: Server[] = [];
  try {
    const { server: launcher, load: loadLauncher } = await launchers();
    for (const [index, filter] of filters.entries()) {
      servers.push(
        await startServer(filter, {
          ...{ envoy, workload, copies, launcher },
          upstreamPort: upstream.port,
          folder: join(folder, `${index}`),
        }),
      );
    }
    await checkBehaviour(servers.slice(1), workload);

    const script = join(folder, "load.lua");
    await writeScript(script, workload.load);
    const samples = await measure(servers, {
      ...{ script, loadLauncher, random },
      rounds: options.rounds,
      seconds: options.seconds,
      connections: options.connections,
      progress: (round) => progress(`\r${workload.id} round ${round}/${options.rounds} `),
    });
    progress("\n");
    return report(workload, copies, options.rounds, servers, samples, random);
  } finally {
    for (const server of servers) await server.stop();
    upstream.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function report(
  workload: Workload,
  copies: number,
  rounds: number,
  servers: readonly Server[],
  samples: ReadonlyMap<Server, readonly Sample[]>,
  random: () => number,
): Promise<WorkloadReport> {
  const passes = workload.passes(copies);
  const cpu = (server: Server) => (samples.get(server) ?? []).map(({ cpuPerRequest }) => cpuPerRequest);
  const [baseline, ...filtered] = servers;
  if (baseline === undefined) throw new Error("there is no baseline");
  const baselineCpu = cpu(baseline);
  const added = (server: Server) =>
    cpu(server).map((value, round) => (value - (baselineCpu[round] ?? Number.NaN)) / passes);
  const reference = filtered.find(({ filter }) => filter.name === REFERENCE);

  const rows: Row[] = [];
  for (const server of servers) {
    const own = samples.get(server) ?? [];
    const total = spread(cpu(server));
    rows.push({
      name: server.filter.name,
      size: server.filter.modulePath === null ? null : await sizeOf(server.filter.modulePath),
      cpu: total,
      added: addedSpread(total, spread(baselineCpu), median(added(server)), passes),
      ratioToRust:
        reference === undefined || server === baseline
          ? null
          : ratioOfMedians(added(server), added(reference), random),
      requestsPerSecond: median(own.map(({ requestsPerSecond }) => requestsPerSecond)),
      p50: median(own.map(({ p50 }) => p50)),
      p99: median(own.map(({ p99 }) => p99)),
    });
  }
  return {
    ...{ id: workload.id, title: workload.title, copies, rounds, rows },
    baseline: baseline.filter.name,
  };
}

function spread(values: readonly number[]): Spread {
  return {
    median: median(values),
    q25: quantile(values, 0.25),
    q75: quantile(values, 0.75),
    min: Math.min(...values),
  };
}

/** The median is that of the rounds' differences; a quantile's difference is that of the quantiles. */
function addedSpread(total: Spread, baseline: Spread, medianAdded: number, passes: number): Spread {
  return {
    median: medianAdded,
    q25: (total.q25 - baseline.q25) / passes,
    q75: (total.q75 - baseline.q75) / passes,
    min: (total.min - baseline.min) / passes,
  };
}

async function sizeOf(path: string): Promise<Size> {
  const bytes = await readFile(path);
  return { raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length };
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
