import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { promisify } from "node:util";

import type { Launcher } from "../envoy/server.js";
import { MissingToolError } from "../../lab/toolchains/missing-tool.js";
import type { LoadRequest } from "../workloads.js";

const run = promisify(execFile);

/** What one burst of load showed from the client's side. */
export interface Burst {
  readonly requestsPerSecond: number;
  /** Microseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** How to load an Envoy. */
export interface Load {
  readonly script: string;
  readonly connections: number;
  readonly launcher: Launcher;
  /** How many of all answers are no success: if there are others, the filter does not do its work. */
  readonly refusedShare: number;
}

export async function requireWrk(): Promise<void> {
  try {
    await run("wrk", ["-v"]);
  } catch (error) {
    // wrk shows its version and ends with 1.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") return;
    throw new MissingToolError("wrk makes the load and is missing: apt-get install wrk");
  }
}

/** Writes wrk's script for a list of requests that are sent in turn. */
export async function writeScript(path: string, requests: readonly LoadRequest[]): Promise<void> {
  const formatted = requests.map(({ headers, body }) => {
    const fields = Object.entries(headers).map(([name, value]) => `[${lua(name)}] = ${lua(value)}`);
    const method = body === undefined ? "GET" : "POST";
    return `wrk.format("${method}", "/", { ${fields.join(", ")} }, ${body === undefined ? "nil" : lua(body)})`;
  });
  await writeFile(
    path,
    `local requests, at = {}, 0
function init()
  requests = {
    ${formatted.join(",\n    ")}
  }
end
function request()
  at = at % #requests + 1
  return requests[at]
end
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("RESULT %d %f %d %d %d %d\\n",
    summary.requests, summary.duration / 1000000, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.timeout, errors.status))
end
`,
  );
}

/** A string of Lua; other characters than ASCII's printable ones go byte by byte. */
function lua(text: string): string {
  const bytes = [...Buffer.from(text)].map((byte) =>
    byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x5c
      ? `\\${byte.toString().padStart(3, "0")}`
      : String.fromCharCode(byte),
  );
  return `"${bytes.join("")}"`;
}

/** Loads a port of this machine for some seconds; an error when it answers otherwise than the workload says. */
export async function sendLoad(port: number, seconds: number, load: Load): Promise<Burst> {
  const [command = "wrk", ...words] = [
    ...load.launcher,
    ...["wrk", "-t", "1", "-c", `${load.connections}`, "-d", `${seconds}`, "-s", load.script],
    `http://127.0.0.1:${port}/`,
  ];
  const { stdout } = await run(command, words);
  const line = /^RESULT (.*)$/m.exec(stdout)?.[1];
  if (line === undefined) throw new Error(`wrk gave no result:\n${stdout}`);
  const [requests = 0, duration = 1, p50 = 0, p99 = 0, errors = 0, refused = 0] = line.split(" ").map(Number);
  if (errors > 0 || Math.abs(refused / requests - load.refusedShare) > 0.02) {
    throw new Error(
      `of ${requests} requests ${errors} failed and ${refused} were answered with an error status`,
    );
  }
  return { requestsPerSecond: requests / duration, p50, p99 };
}
