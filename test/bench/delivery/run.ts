import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stderr, stdout } from "node:process";
import { parseArgs } from "node:util";
import { MissingTool, stopAll } from "../../registry/processes.js";
import { makeBed } from "./bed.js";
import { measureLargeBlob } from "./large-blob.js";
import { measureStart } from "./start.js";

const USAGE = `Usage: npm run bench:delivery -- [--rounds N] [--megabytes N]

Times whole processes: push of a small filter beside a bare Node, and a large blob up and down beside oras.
  --rounds N      of the small filter (default 15); of the large blob a third of them
  --megabytes N   how large the blob is (default 500)
`;

/** Returns the exit code: 0 measured, 1 something failed, 2 usage. */
export async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === null) {
    stderr.write(USAGE);
    return 2;
  }
  const folder = await mkdtemp(join(tmpdir(), "bench-delivery-"));
  try {
    const bed = await makeBed(folder);
    const print = (lines: readonly string[]) => stdout.write(`${lines.join("\n")}\n`);
    print(await measureStart(bed, options.rounds));
    print(await measureLargeBlob(bed, Math.ceil(options.rounds / 3), options.megabytes));
    return 0;
  } catch (error) {
    if (!(error instanceof MissingTool)) throw error;
    stderr.write(`${error.message}\n`);
    return 1;
  } finally {
    await stopAll();
    await rm(folder, { recursive: true, force: true });
  }
}

function readOptions(args: readonly string[]): { rounds: number; megabytes: number } | null {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        rounds: { type: "string", default: "15" },
        megabytes: { type: "string", default: "500" },
      },
    });
    const rounds = Number(values.rounds);
    const megabytes = Number(values.megabytes);
    return Number.isInteger(rounds) && rounds > 0 && Number.isInteger(megabytes) && megabytes > 0
      ? { rounds, megabytes }
      : null;
  } catch {
    return null;
  }
}
