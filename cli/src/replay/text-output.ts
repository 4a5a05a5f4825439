/** Results for people: sections under a title in a terminal, whole lines to grep anywhere else. */
import { printable, table, type Terminal } from "../terminal.js";
import { type ReplayOutput, summary } from "./replay-output.js";
import { itemLines, itemTitle } from "./result-lines.js";
import type { ItemResult } from "./item-result.js";
import type { UnusedCalloutTotal } from "./unused-callouts.js";

export function textOutput(terminal: Terminal): ReplayOutput {
  return {
    file: (path) => {
      if (terminal.interactive) terminal.out(terminal.style("dim", `── ${printable(path)}`));
    },
    item: (result) => printItem(result, terminal),
    skipped: ({ source, reason }) => terminal.note(printable(`skipped ${source}: ${reason}`)),
    end: ({ counts, metrics, unusedCallouts }) => {
      for (const { name, type, value, samples } of metrics) {
        terminal.out(`metric ${printable(name)} ${type === "histogram" ? samples.join(" ") : value}`);
      }
      if (unusedCallouts.length > 0) terminal.note(unusedCalloutsText(unusedCallouts));
      terminal.note(`\n${summary(counts)}`);
    },
  };
}

function printItem(result: ItemResult, terminal: Terminal): void {
  const id = "id" in result ? printable(result.id) : result.kind;
  const [request, status] = itemTitle(result);
  const lines = itemLines(result);
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

/** More rows than anybody reads. */
const maxUnused = 20;

function unusedCalloutsText(unused: readonly UnusedCalloutTotal[]): string {
  const rows = unused.slice(0, maxUnused).map(({ cluster, calls, of }) => {
    const where = of === null ? "of all streams" : `of ${of} ${of === 1 ? "stream" : "streams"}`;
    return [printable(cluster), printable(calls), where];
  });
  const more = unused.length - rows.length;
  const rest = more === 0 ? "" : `\n  and ${more} more`;
  return `\nrecorded answers that no filter asked for:\n${table(rows)}${rest}`;
}

function statusColour(status: string, terminal: Terminal): string {
  return terminal.style(status.includes("->") ? "yellow" : "dim", status);
}
