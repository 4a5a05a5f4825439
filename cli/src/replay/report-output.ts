/** The report that a person looks at: one HTML file. */
import { HtmlReport } from "as-proxy-wasm-sim/report";
import type { ReplacementFile } from "../project/replace-file.js";
import type { ReplayOutput } from "./replay-output.js";

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
    end: ({ metrics, warnings }) => report?.end({ metrics, warnings }),
  };
}
