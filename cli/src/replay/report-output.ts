/** The report that a person looks at: one HTML file. */
import { HtmlReport } from "as-proxy-wasm-sim/report";
import type { ReplacementFile } from "../project/replace-file.js";
import { counted, type ReplayCounts, type ReplayOutput } from "./replay-output.js";

/** The page is one of streams. */
function notShown({ connections, updates }: ReplayCounts): readonly string[] {
  const kinds = [
    ...(connections === 0 ? [] : [counted(connections, "connection")]),
    ...(updates === 0 ? [] : [counted(updates, "update")]),
  ];
  if (kinds.length === 0) return [];
  return [
    `${kinds.join(" and ")} of the recording stand in the result as text and as JSON, not on this page.`,
  ];
}

/** The file is written as it grows; whoever made it finishes it. */
export function reportOutput(file: ReplacementFile, limitBytes: number): ReplayOutput {
  let report: HtmlReport | null = null;
  return {
    begin: ({ filter, now }) => {
      report = new HtmlReport((text) => file.write(text), { filter, now, limitBytes });
    },
    item: (_result, described) => {
      if (described !== undefined) report?.add(described);
    },
    end: ({ metrics, warnings, counts }) =>
      report?.end({ metrics, warnings: [...warnings, ...notShown(counts)] }),
  };
}
