import { type FileHandle, open } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Recording, RecordedItem, SkippedEntry } from "./recording.js";
import { RecordingError } from "./recording-error.js";
import { RecordingReader } from "./recording-reader.js";
import type { RecordedStream } from "./recorded-stream.js";

export interface OpenRecordingOptions {
  /** Told of every entry that is left out, and why. */
  readonly onSkipped?: (entry: SkippedEntry) => void;
}

/** So much of a file is in memory at a time, besides what is underway. */
const CHUNK_BYTES = 256 * 1024;

/**
 * The streams, connections and other items of a recording, one after another, from a file of any size in bounded memory: HAR, Envoy
 * tap or event file, recognised by what is in it. A file that breaks off gives what stands before, and then its `RecordingError`.
 */
export async function* openRecording(
  path: string | URL,
  options: OpenRecordingOptions = {},
): AsyncGenerator<RecordedItem, void, undefined> {
  const file = typeof path === "string" ? path : fileURLToPath(path);
  const items: RecordedItem[] = [];
  const reader = new RecordingReader(
    basename(file),
    { item: (item) => void items.push(item), skipped: options.onSkipped ?? (() => undefined) },
    { folder: dirname(file) },
  );
  try {
    for await (const bytes of readChunks(file)) {
      reader.write(bytes);
      yield* items.splice(0);
    }
    reader.end();
  } finally {
    // Also on the way out with an error; a caller that has left takes none.
    yield* items.splice(0);
  }
}

/** The streams of a recording, all of them in memory. */
export async function readRecording(path: string | URL): Promise<RecordedStream[]> {
  return [...(await loadRecording(path)).streams];
}

/** All of a recording in memory, with the entries that were skipped. */
export async function loadRecording(path: string | URL): Promise<Recording> {
  const items: RecordedItem[] = [];
  const skipped: SkippedEntry[] = [];
  for await (const item of openRecording(path, { onSkipped: (entry) => skipped.push(entry) })) {
    items.push(item);
  }
  return recordingOf(items, skipped);
}

/** The same for bytes. `source` is their name in messages. */
export function parseRecording(bytes: Uint8Array, source: string): Recording {
  const items: RecordedItem[] = [];
  const skipped: SkippedEntry[] = [];
  const reader = new RecordingReader(
    source,
    { item: (item) => items.push(item), skipped: (entry) => skipped.push(entry) },
    { folder: null },
  );
  reader.write(bytes);
  reader.end();
  return recordingOf(items, skipped);
}

function recordingOf(items: readonly RecordedItem[], skipped: readonly SkippedEntry[]): Recording {
  return { items, streams: items.filter((item): item is RecordedStream => "request" in item), skipped };
}

/** The same array comes again and again with other bytes. */
async function* readChunks(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await openFile(path);
  try {
    const buffer = Buffer.alloc(CHUNK_BYTES);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

async function openFile(path: string): Promise<FileHandle> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const status = await file.stat();
    if (status.isFile()) return file;
    const what = status.isDirectory() ? "a folder" : "no regular file";
    throw new RecordingError("ERR_RECORDING_NOT_A_FILE", `${path}: is ${what}`);
  } catch (cause) {
    await file?.close();
    if (cause instanceof RecordingError) throw cause;
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const problem = code === "ENOENT" ? "there is no such file" : `cannot be read (${code})`;
    throw new RecordingError("ERR_RECORDING_NOT_FOUND", `${path}: ${problem}`, { cause });
  }
}
