// Reads a recording in a process of its own and tells what it took.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { repository } from "../lab/repository.js";

export interface Reading {
  readonly streams: number;
  readonly seconds: number;
  /** The most memory that the process ever had, in MiB. */
  readonly peakMebibytes: number;
}

const entry = pathToFileURL(join(repository, "host-sim/dist/index.js"));

/** With `heapMebibytes` a reader that keeps what it has read dies. */
export async function readInChild(path: string, heapMebibytes: number): Promise<Reading> {
  const script = `
    const { openRecording } = await import(${JSON.stringify(entry.href)});
    const started = performance.now();
    let streams = 0;
    for await (const item of openRecording(process.argv[1])) streams += "request" in item ? 1 : 0;
    console.log(JSON.stringify({
      streams,
      seconds: (performance.now() - started) / 1000,
      peakMebibytes: process.resourceUsage().maxRSS / 1024,
    }));`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    `--max-old-space-size=${heapMebibytes}`,
    "--input-type=module",
    "--eval",
    script,
    path,
  ]);
  return JSON.parse(stdout) as Reading;
}

export const scratchFolder = join(repository, ".cache/recordings");
