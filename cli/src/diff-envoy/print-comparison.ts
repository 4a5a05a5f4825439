import { toText } from "as-proxy-wasm-sim";
import type { Difference, HostComparison, Place } from "as-proxy-wasm-sim/real-envoy";
import { printable, type Terminal } from "../terminal.js";

/** One line where all is equal; else the first place that differs, as both hosts have it. */
export function printComparison(comparison: HostComparison, terminal: Terminal): void {
  const { difference, equal, skipped, envoyVersion } = comparison;
  const streams = equal.streams === 1 ? "1 stream" : `${equal.streams} streams`;
  const { connections } = equal;
  const tcp =
    connections === 0 ? "" : `, ${connections === 1 ? "1 connection" : `${connections} connections`}`;
  const what = `${streams}${tcp}, ${equal.traceLines} trace lines, ${equal.logLines} log lines, ${equal.bytes} bytes`;
  if (skipped.length > 0) {
    terminal.note(
      `not compared, since the recording lacks their bodies: ${skipped.map(printable).join(", ")} (--fill-missing-bodies compares them too)`,
    );
  }
  const envoy = envoyVersion === null ? "Envoy" : `Envoy ${envoyVersion}`;
  if (difference === null) {
    terminal.out(`no difference from ${envoy}: ${what}`);
    return;
  }
  terminal.out(terminal.style("bold", headline(difference)));
  printPlace("simulator", difference.simulator, terminal);
  printPlace(envoy, difference.envoy, terminal);
  terminal.out(`equal before it: ${what}`);
}

function headline({ stream, at, what, line }: Difference): string {
  const of = at === "connection" ? "connection" : "stream";
  const where = stream === null ? `at ${at}` : `in ${of} ${printable(stream)}`;
  return `first difference ${where}: ${what}, line ${line}`;
}

function printPlace(host: string, { before, line, after }: Place, terminal: Terminal): void {
  terminal.out(`${host}:`);
  for (const one of before) terminal.out(`    ${readable(one)}`);
  terminal.out(terminal.style("yellow", `  > ${line === null ? "(nothing more)" : readable(line)}`));
  for (const one of after) terminal.out(`    ${readable(one)}`);
}

const readable = (line: string) => printable(toText(line.replace(/\r?\n$/, "")));
