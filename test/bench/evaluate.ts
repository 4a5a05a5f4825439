import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

import type { Server } from "./envoy/server.js";
import type { Sample } from "./measure.js";
import type { Row, Size, Spread, WorkloadReport } from "./report.js";
import { REFERENCE } from "./sdks.js";
import { calm, median, quantile, ratioOfAdded } from "./statistics.js";
import type { Workload } from "./workloads.js";

/** What the samples of a workload say; the baseline is the first server. */
export async function evaluate(
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
          : ratioOfAdded(cpu(server), cpu(reference), baselineCpu, random),
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
    calm: calm(values),
    q25: quantile(values, 0.25),
    q75: quantile(values, 0.75),
    min: Math.min(...values),
  };
}

/** The median is that of the rounds' differences; a quantile's difference is that of the quantiles. */
function addedSpread(total: Spread, baseline: Spread, medianAdded: number, passes: number): Spread {
  return {
    median: medianAdded,
    calm: (total.calm - baseline.calm) / passes,
    q25: (total.q25 - baseline.q25) / passes,
    q75: (total.q75 - baseline.q75) / passes,
    min: (total.min - baseline.min) / passes,
  };
}

async function sizeOf(path: string): Promise<Size> {
  const bytes = await readFile(path);
  return { raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length };
}
