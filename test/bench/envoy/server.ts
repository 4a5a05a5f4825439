import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { startProcess } from "as-proxy-wasm-sim/real-envoy";
import type { Workload } from "../workloads.js";
import { bootstrap, LISTENER } from "./bootstrap.js";
import { cpuMicroseconds, residentBytes } from "./cost.js";

/** What stands in an Envoy's filter chain. */
export interface Filter {
  /** The SDK, or the baseline. */
  readonly name: string;
  /** Null for the baseline. */
  readonly modulePath: string | null;
}

/** A command's words in front of which the program runs: its place among the cores, and its priority. */
export type Launcher = readonly string[];

/** One Envoy with one worker thread and one filter in its chain. */
export interface Server {
  readonly filter: Filter;
  readonly port: number;
  /** Processor time that all its threads have used, in µs. */
  cpuMicroseconds(): Promise<number>;
  /** Requests it has seen on its listener. */
  requests(): Promise<number>;
  residentBytes(): Promise<number>;
  /** Ends it and gives its log. */
  stop(): Promise<string>;
}

export interface ServerOptions {
  readonly envoy: string;
  readonly workload: Workload;
  readonly copies: number;
  readonly upstreamPort: number;
  readonly launcher: Launcher;
  /** A folder of its own, made here. */
  readonly folder: string;
}

export async function startServer(filter: Filter, options: ServerOptions): Promise<Server> {
  const { folder, workload, copies } = options;
  await mkdir(folder, { recursive: true });
  const program = join(folder, "envoy");
  await writeFile(program, `#!/bin/sh\nexec ${[...options.launcher, options.envoy].join(" ")} "$@"\n`);
  await chmod(program, 0o755);
  const configuration = bootstrap(workload, filter.modulePath, copies, options.upstreamPort);
  const started = await startProcess(program, configuration, folder, {
    wasmLogLevel: "warning",
    concurrency: 1,
    listeners: [LISTENER],
  });
  if (started.kind === "refused") {
    const reasons = started.log.split("\n").filter((line) => /\[(warning|error|critical)\]/.test(line));
    throw new Error(`Envoy refuses ${filter.name} for ${workload.id}:\n${reasons.join("\n")}`);
  }
  return {
    filter,
    port: started.port(LISTENER),
    cpuMicroseconds: () => cpuMicroseconds(started.pid),
    requests: async () => {
      const stats = await started.admin(`/stats?filter=^http.${LISTENER}.downstream_rq_total$`);
      return Number(/: (\d+)/.exec(stats)?.[1] ?? Number.NaN);
    },
    residentBytes: () => residentBytes(started.pid),
    stop: () => started.stop(),
  };
}
