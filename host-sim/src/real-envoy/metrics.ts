import type { Metric } from "../envoy/metrics.js";
import type { RunningProcess } from "./process.js";

const types = { Counters: "counter", Gauges: "gauge", Histograms: "histogram" } as const;

/** The metrics of plugins as Envoy's admin page has them. */
export async function readMetrics(envoy: Pick<RunningProcess, "admin">): Promise<Metric[]> {
  const found = await Promise.all(
    Object.entries(types).map(async ([filter, type]) =>
      parse(await envoy.admin(`/stats?type=${filter}&filter=%5Ewasmcustom%5C.`), type),
    ),
  );
  return found.flat();
}

function parse(stats: string, type: Metric["type"]): Metric[] {
  return stats.split("\n").flatMap((line): Metric[] => {
    const match = /^(wasmcustom\..*?): (.*)$/.exec(line);
    if (match === null) return [];
    const [, name = "", value = ""] = match;
    return [{ name, type, value: type === "histogram" ? 0n : BigInt(value), samples: [] }];
  });
}
