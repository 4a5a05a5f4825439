import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { fillMissingBodies, loadRecording, type RecordedStream, type SkippedEntry } from "as-proxy-wasm-sim";
import { CliError, usageError } from "../errors.js";

export interface RecordingFile {
  readonly path: string;
  readonly streams: readonly RecordedStream[];
  readonly skipped: readonly SkippedEntry[];
}

export interface RecordingOptions {
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

export async function readRecordings(
  paths: readonly string[],
  options: RecordingOptions,
): Promise<readonly RecordingFile[]> {
  const files: RecordingFile[] = [];
  for (const path of paths) {
    const { streams, skipped } = await loadRecording(path);
    files.push({
      path,
      streams: streams.filter(({ id }) => wanted(id, options)).map((stream) => filled(stream, options)),
      skipped,
    });
  }
  const ids = new Set(files.flatMap(({ streams }) => streams.map(({ id }) => id)));
  const unknown = options.only.find((id) => !ids.has(id));
  if (unknown !== undefined) {
    throw usageError(
      `no stream has the id ${unknown}`,
      `run replay without --only to see the ids in ${paths.join(", ")}`,
    );
  }
  return files.filter(({ streams }) => streams.length > 0 || options.only.length === 0);
}

function wanted(id: string, { only }: RecordingOptions): boolean {
  return only.length === 0 || only.includes(id);
}

function filled(stream: RecordedStream, options: RecordingOptions): RecordedStream {
  return options.fillMissingBodies ? fillMissingBodies(stream) : stream;
}
