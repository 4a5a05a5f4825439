// What reading large recordings takes: node test/lab/run-script.mjs test/recordings/run.ts [--gigabytes 2] [--streams 1000000]
import { mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Amount, type Format, writeLargeRecording } from "./large-recording.js";
import { readInChild, scratchFolder } from "./read-in-child.js";

const HEAP_MEBIBYTES = 64;
const PEAK_LIMIT_MEBIBYTES = 256;

export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { gigabytes: { type: "string", default: "2" }, streams: { type: "string", default: "1000000" } },
  });
  const bySize: Amount = { bytes: Number(values.gigabytes) * 1e9, streams: Infinity };
  const byCount: Amount = { bytes: Infinity, streams: Number(values.streams) };
  const runs: readonly (readonly [Format, Amount])[] = [
    ["har", bySize],
    ["events", byCount],
    ["tap-json", byCount],
    ["tap-protobuf", byCount],
  ];
  await mkdir(scratchFolder, { recursive: true });
  let failed = false;
  console.log("format         megabytes   streams   seconds   MB/s   peak MiB");
  for (const [format, amount] of runs) {
    const path = join(scratchFolder, `large.${format}`);
    try {
      const written = await writeLargeRecording(path, format, amount);
      const { size } = await stat(path);
      const { streams, seconds, peakMebibytes } = await readInChild(path, HEAP_MEBIBYTES);
      const cells = [
        (size / 1e6).toFixed(0).padStart(9),
        String(streams).padStart(9),
        seconds.toFixed(1).padStart(9),
        (size / 1e6 / seconds).toFixed(0).padStart(6),
        peakMebibytes.toFixed(0).padStart(10),
      ];
      console.log(`${format.padEnd(13)}${cells.join(" ")}`);
      failed ||= streams !== written || peakMebibytes > PEAK_LIMIT_MEBIBYTES;
    } finally {
      await rm(path, { force: true });
    }
  }
  if (failed)
    console.error(`failed: streams were lost, or more than ${PEAK_LIMIT_MEBIBYTES} MiB were needed`);
  return failed ? 1 : 0;
}
