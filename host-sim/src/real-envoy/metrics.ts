import type { Metric } from "../envoy/metrics.js";
import type { RunningProcess } from "./process.js";

const types = { Counters: "counter", Gauges: "gauge", Histograms: "histogram" } as const;

/** What plugins count, and what Envoy counts of them once it happened: reloads and configurations that came. */
const own = String.raw`^(wasmcustom\.|wasm\..*\.vm_reload_|extension_config_discovery\.http_filter\.)`;
const counted = /^(wasm\..*\.vm_reload_\w+|extension_config_discovery\..*\.(update|config)_\w+): ([1-9]\d*)$/;
/** A clock, no count. */
const updateTime = ".update_time";

/** The metrics of plugins as Envoy's admin page has them. */
export async function readMetrics(envoy: Pick<RunningProcess, "admin">): Promise<Metric[]> {
  const found = await Promise.all(
    Object.entries(types).map(async ([filter, type]) =>
      parse(await envoy.admin(`/stats?type=${filter}&filter=${encodeURIComponent(own)}`), type),
    ),
  );
  return found.flat();
}

function parse(stats: string, type: Metric["type"]): Metric[] {
  return stats.split("\n").flatMap((line): Metric[] => {
    const count = counted.exec(line);
    if (count !== null) {
      const [, name = "", , value = ""] = count;
      return name.endsWith(updateTime) ? [] : [{ name, type, value: BigInt(value), samples: [] }];
    }
    const match = /^(wasmcustom\..*?): (.*)$/.exec(line);
    if (match === null) return [];
    const [, name = "", value = ""] = match;
    return [{ name, type, value: type === "histogram" ? 0n : BigInt(value), samples: [] }];
  });
}
