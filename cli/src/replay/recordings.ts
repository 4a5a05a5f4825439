import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import {
  fillMissingBodies,
  openRecording,
  type RecordedItem,
  type RecordedStream,
  type SkippedEntry,
} from "as-proxy-wasm-sim";
import { CliError, usageError } from "../errors.js";

/** What stands in recordings, in order: a file, then what is in it. */
export type RecordingItem =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "stream"; readonly stream: RecordedStream }
  | { readonly kind: "skipped"; readonly entry: SkippedEntry };

export interface RecordingOptions {
  /** Ids of the streams that are wanted; none: all. */
  readonly only: readonly string[];
  readonly fillMissingBodies: boolean;
}

/** The files that were named, else everything in the project's `recordings/`. */
export async function findRecordings(named: readonly string[], folder: string): Promise<readonly string[]> {
  if (named.length > 0) return named;
  const recordings = join(folder, "recordings");
  const entries = await readdir(recordings, { withFileTypes: true }).catch(() => []);
  const files = entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith(".") && !entry.name.endsWith(".md"))
    .map((entry) => relative(process.cwd(), join(recordings, entry.name)))
    .sort();
  if (files.length > 0) return files;
  throw new CliError(
    "ERR_PROJECT",
    `there are no recordings in ${recordings}`,
    "put a HAR file there (a browser's network panel exports one), or name a recording",
  );
}

/** Reads as it is asked to; throws at the end when an id was wanted that no stream has. */
export async function* readRecordings(
  paths: readonly string[],
  options: RecordingOptions,
): AsyncGenerator<RecordingItem> {
  const missing = new Set(options.only);
  for (const path of paths) {
    const skipped: SkippedEntry[] = [];
    yield { kind: "file", path };
    for await (const item of openRecording(path, { onSkipped: (entry) => skipped.push(entry) })) {
      if (!("request" in item)) {
        skipped.push({
          source: path,
          reason: `${kindOf(item)} is not replayed here: replay runs HTTP streams`,
        });
        continue;
      }
      missing.delete(item.id);
      if (options.only.length > 0 && !options.only.includes(item.id)) continue;
      yield { kind: "stream", stream: options.fillMissingBodies ? fillMissingBodies(item) : item };
    }
    for (const entry of skipped) yield { kind: "skipped", entry };
  }
  const [unknown] = missing;
  if (unknown === undefined) return;
  throw usageError(
    `no stream has the id ${unknown}`,
    `run replay without --only to see the ids in ${paths.join(", ")}`,
  );
}

function kindOf(item: Exclude<RecordedItem, RecordedStream>): string {
  if ("events" in item) return `the connection ${item.id}`;
  return "update" in item ? "an update of the listener" : "time that passes between streams";
}
