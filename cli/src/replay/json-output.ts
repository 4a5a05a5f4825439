/** Results for programs: one JSON document, written as it grows, one result a line; `replay.schema.json` describes it. */
import type { SkippedEntry } from "as-proxy-wasm-sim";
import type { MetricResult } from "./metric-totals.js";
import type { ReplayOutput } from "./replay-output.js";
import type { SessionEnd } from "./session-run.js";

/** `write` gets whole lines without their end; `describe` puts beside each stream what a report shows of it. */
export function jsonOutput(
  write: (line: string) => Promise<void> | void,
  { describe }: { readonly describe: boolean },
): ReplayOutput {
  const envoys: object[] = [];
  let isShard = false;
  let skipped: SkippedEntry[] = [];
  /** What separates the next element from what stands before it. */
  let pending = "";
  let files = 0;
  const endFile = async (): Promise<void> => {
    if (files === 0) return;
    if (pending !== "") await write(pending);
    pending = "";
    await write(`    ], "skipped": ${JSON.stringify(skipped)}}`);
    skipped = [];
  };
  return {
    begin: async ({ filter, streamsPerEnvoy, now, shard }) => {
      isShard = shard !== null;
      const head = { filter, started: true, streamsPerEnvoy, now, ...(isShard ? { shard } : {}) };
      await write(`${JSON.stringify(head).slice(0, -1)}, "recordings": [`);
    },
    file: async (path) => {
      await endFile();
      await write(`  ${files++ === 0 ? "" : ","}{"file": ${JSON.stringify(path)}, "items": [`);
    },
    item: async (result, described) => {
      if (pending !== "") await write(`${pending},`);
      const shown = describe && described !== undefined ? { ...result, described } : result;
      pending = `      ${JSON.stringify(shown)}`;
    },
    skipped: (entry) => void skipped.push(entry),
    envoy: (envoy, end) => {
      if (isShard) envoys.push(envoyPart(envoy, end));
    },
    end: async ({ metrics, warnings, unusedCallouts, fingerprint }) => {
      await endFile();
      const totals = Object.fromEntries(metrics.map((metric) => [metric.name, jsonNumber(metric)]));
      await write(
        `], "metrics": ${JSON.stringify(totals)}, "unusedCallouts": ${JSON.stringify(unusedCallouts)}, "warnings": ${JSON.stringify(warnings)}`,
      );
      await write(
        isShard
          ? `, "fingerprint": ${JSON.stringify(fingerprint)}, "envoys": ${JSON.stringify(envoys)}}`
          : "}",
      );
    },
  };
}

/** What `merge` needs of each Envoy of a shard to come to the same end as a run in one piece. */
function envoyPart(envoy: number, end: SessionEnd): object {
  return { envoy, ...end };
}

function jsonNumber({ type, value, samples }: MetricResult): number | readonly number[] {
  return type === "histogram" ? samples.map(Number) : Number(value);
}
