import type { HostComparison } from "as-proxy-wasm-sim/real-envoy";
import { expect, test } from "vitest";
import { runCommand } from "../testing/run-command.js";
import type { Terminal } from "../terminal.js";
import { printComparison } from "./print-comparison.js";

function printed(comparison: HostComparison): string[] {
  const lines: string[] = [];
  const terminal: Partial<Terminal> = {
    out: (text) => void lines.push(text),
    note: (text) => void lines.push(`note: ${text}`),
    style: (_style, text) => text,
  };
  printComparison(comparison, terminal as Terminal);
  return lines;
}

const equal = { streams: 1, connections: 0, traceLines: 3, logLines: 0, bytes: 120 };

test("no difference is one line, with what was compared", () => {
  expect(printed({ envoyVersion: "1.40.0", equal, skipped: [], difference: null })).toEqual([
    "no difference from Envoy 1.40.0: 1 stream, 3 trace lines, 0 log lines, 120 bytes",
  ]);
});

test("a difference names the stream and shows both sides; what filters log cannot steer the terminal", () => {
  const difference = {
    stream: "cart",
    at: "stream",
    what: "log",
    line: 2,
    simulator: { before: ["worker-0 info a"], line: "worker-0 info b\u001b[31m", after: [] },
    envoy: { before: ["worker-0 info a"], line: null, after: [] },
  } as const;
  expect(printed({ envoyVersion: "1.40.0", equal, skipped: ["upload"], difference })).toEqual([
    "note: not compared, since the recording lacks their bodies: upload (--fill-missing-bodies compares them too)",
    "first difference in stream cart: log, line 2",
    "simulator:",
    "    worker-0 info a",
    "  > worker-0 info b\\x1b[31m",
    "Envoy 1.40.0:",
    "    worker-0 info a",
    "  > (nothing more)",
    "equal before it: 1 stream, 3 trace lines, 0 log lines, 120 bytes",
  ]);
});

test.each([
  [["--envoy", "envoy"], "--envoy goes with --diff-envoy; give both, or neither"],
  [["--wasm", "a.wasm"], "--wasm goes with --diff-envoy; without it, replay runs the filter of a project"],
  [["--root-id", "r"], "--root-id goes with --wasm; a project says its root id in filter.json"],
  [["--diff-envoy", "--wasm", "a.wasm"], "there is no file a.wasm; name the compiled module"],
])("replay %s says what is missing", async (argv, message) => {
  const { exitCode, stdout, stderr } = await runCommand(["replay", ...argv]);
  expect(stderr).toBe(`error: ${message}\n`);
  expect({ exitCode, stdout }).toEqual({ exitCode: message.startsWith("there") ? 1 : 2, stdout: "" });
});
