/** Reports for people: sections under a title in a terminal, whole lines to grep anywhere else. */
import { toText } from "as-proxy-wasm-sim";
import { printable, type Terminal } from "../terminal.js";
import type { ReplayRun } from "./replay-recordings.js";
import { type Line, streamLines, streamTitle } from "./stream-lines.js";
import type { StreamReport } from "./stream-report.js";

type Ran = Extract<ReplayRun, { kind: "ran" }>;
type Refused = Extract<ReplayRun, { kind: "refused" }>;

export function printReport(run: Ran, options: { readonly trace: boolean }, terminal: Terminal): void {
  for (const { file, streams } of run.files) {
    if (terminal.interactive) terminal.out(terminal.style("dim", `── ${printable(file.path)}`));
    for (const stream of streams) printStream(stream, streamLines(stream, options), terminal);
    for (const { source, reason } of file.skipped) terminal.note(printable(`skipped ${source}: ${reason}`));
  }
  for (const { name, value, samples } of run.metrics) {
    terminal.out(`metric ${printable(toText(name))} ${samples.length > 0 ? samples.join(" ") : value}`);
  }
  terminal.note(summary(run));
}

function printStream(report: StreamReport, lines: readonly Line[], terminal: Terminal): void {
  const id = printable(report.exchange.stream.id);
  const [request, status] = streamTitle(report);
  if (!terminal.interactive) {
    terminal.out(`${id} ${request} ${status}`);
    for (const { section, text } of lines) terminal.out(`${id} ${section} ${text.trimStart()}`);
    return;
  }
  terminal.out(`\n${terminal.style("bold", id)}  ${request}  ${statusColour(status, terminal)}`);
  let previous: string | undefined;
  for (const { section, text, style } of lines) {
    const label = section === previous ? "" : section;
    previous = section;
    const body = style === undefined ? text : terminal.style(style, text);
    terminal.out(`  ${terminal.style("dim", label.padEnd(9))} ${body}`);
  }
  if (lines.every(({ section }) => section === "time"))
    terminal.out(`  ${terminal.style("dim", "unchanged")}`);
}

function statusColour(status: string, terminal: Terminal): string {
  return terminal.style(status.includes("->") ? "yellow" : "dim", status);
}

function summary(run: Ran): string {
  const streams = run.files.flatMap((file) => file.streams);
  const changed = streams.filter(
    ({ request, response }) => request.kind !== "same" || response.kind !== "same",
  );
  const replies = streams.filter(({ exchange }) => exchange.localReply !== null);
  const unfinished = streams.filter(({ exchange }) => exchange.outcome.kind !== "completed");
  return [
    `\n${streams.length} ${streams.length === 1 ? "stream" : "streams"}, ${changed.length} changed`,
    ...(replies.length === 0 ? [] : [`${replies.length} with a local reply`]),
    ...(unfinished.length === 0 ? [] : [`${unfinished.length} not completed`]),
  ].join(", ");
}

/** Why Envoy would not come up, in the lines it would print. */
export function printStartFailure(run: Refused, terminal: Terminal): void {
  for (const { level, text } of run.error.logs) terminal.note(printable(`${level} ${toText(text)}`));
}
