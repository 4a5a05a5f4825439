/** Results for people: sections under a title in a terminal, whole lines to grep anywhere else. */
import { printable, type Terminal } from "../terminal.js";
import { type ReplayOutput, summary } from "./replay-output.js";
import { streamLines, streamTitle } from "./result-lines.js";
import type { StreamResult } from "./stream-result.js";

export function textOutput(terminal: Terminal): ReplayOutput {
  return {
    file: (path) => {
      if (terminal.interactive) terminal.out(terminal.style("dim", `── ${printable(path)}`));
    },
    stream: (result) => printStream(result, terminal),
    skipped: ({ source, reason }) => terminal.note(printable(`skipped ${source}: ${reason}`)),
    end: ({ counts, metrics }) => {
      for (const { name, type, value, samples } of metrics) {
        terminal.out(`metric ${printable(name)} ${type === "histogram" ? samples.join(" ") : value}`);
      }
      terminal.note(`\n${summary(counts)}`);
    },
  };
}

function printStream(result: StreamResult, terminal: Terminal): void {
  const id = printable(result.id);
  const [request, status] = streamTitle(result);
  const lines = streamLines(result);
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
