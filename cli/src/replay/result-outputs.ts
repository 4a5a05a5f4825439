/** The outputs that a command line asks for: text or JSON, on stdout or in a file. */
import { value } from "../command.js";
import { ReplacementFile } from "../project/replace-file.js";
import { printable, type Terminal } from "../terminal.js";
import { jsonOutput } from "./json-output.js";
import { reportOutput } from "./report-output.js";
import { wholeNumber } from "./run-options.js";
import type { ReplayOutput } from "./replay-output.js";
import { textOutput } from "./text-output.js";

export const resultFile = value("FILE", "write the result there, whole or not at all, instead of stdout");

/** Options of a verb that can draw a report. */
export const reportOptions = {
  report: value("FILE", "write an HTML page for looking at every stream in a browser"),
  reportLimit: value("MB", "how large that page may become (default: 50)"),
} as const;

export interface OutputOptions {
  readonly output: string | undefined;
  readonly json: boolean;
  readonly report?: string | undefined;
  readonly reportLimit?: string | undefined;
  /** Whether the JSON has what a report shows of each stream. */
  readonly describe?: boolean;
}

/** `finish` puts files in their places. */
export function resultOutputs(
  { output, json, report, reportLimit, describe = false }: OutputOptions,
  terminal: Terminal,
): { readonly outputs: readonly ReplayOutput[]; finish(): Promise<void> } {
  const limit = reportLimit === undefined ? 50 : wholeNumber("--report-limit", reportLimit, "of megabytes");
  const file = output === undefined ? null : new ReplacementFile(output);
  const page = report === undefined ? null : new ReplacementFile(report);
  const target = file === null ? terminal : fileTerminal(file, terminal);
  return {
    outputs: [
      warnings(terminal),
      json ? jsonOutput((line) => target.out(line), { describe }) : textOutput(target),
      ...(page === null ? [] : [reportOutput(page, limit * 1_000_000)]),
    ],
    finish: async () => {
      await file?.finish();
      await page?.finish();
    },
  };
}

/** On stderr, whatever the result is. */
function warnings(terminal: Terminal): ReplayOutput {
  return {
    end: (end) => {
      for (const warning of end.warnings) terminal.note(`warning: ${printable(warning)}`);
    },
  };
}

/** Nobody looks at a file while it is written. */
function fileTerminal(file: ReplacementFile, terminal: Terminal): Terminal {
  return {
    ...terminal,
    out: (text) => file.write(`${text}\n`),
    style: (_, text) => text,
    interactive: false,
  };
}
