import { type FileHandle, open } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { Readable } from "node:stream";
import { createUnzip } from "node:zlib";
import type { WireForm } from "./har-body.js";
import type { Recording, RecordedItem, SkippedEntry } from "./recording.js";
import { RecordingError } from "./recording-error.js";
import { RecordingReader } from "./recording-reader.js";
import type { RecordedStream } from "./recorded-stream.js";
import { isZip, unpackHar } from "./zipped-har.js";

export interface OpenRecordingOptions {
  /** Told of every entry that is left out, and why. */
  readonly onSkipped?: (entry: SkippedEntry) => void;
  /** What becomes of response bodies that a HAR has decoded: `drop`, the default, leaves out content-encoding, `recompress` packs them again. */
  readonly wire?: WireForm;
}

/** So much of a file is in memory at a time, besides what is underway. */
const CHUNK_BYTES = 256 * 1024;

/**
 * The streams, connections and other items of a recording, one after another, from a file of any size in bounded memory: HAR, Envoy
 * tap or event file, recognised by what is in it; a HAR also in a zip with the bodies that it names, which is unpacked meanwhile. A file that breaks off gives what stands before, and then its `RecordingError`.
 */
export async function* openRecording(
  path: string | URL,
  options: OpenRecordingOptions = {},
): AsyncGenerator<RecordedItem, void, undefined> {
  const file = typeof path === "string" ? path : fileURLToPath(path);
  if (!isZip(await beginningOf(file))) return yield* readItems(file, basename(file), options);
  const har = await unpackHar(file);
  try {
    yield* readItems(har.path, basename(file), options);
  } finally {
    await har.remove();
  }
}

async function* readItems(
  file: string,
  source: string,
  { onSkipped = () => undefined, wire }: OpenRecordingOptions,
): AsyncGenerator<RecordedItem, void, undefined> {
  const items: RecordedItem[] = [];
  const reader = new RecordingReader(
    source,
    { item: (item) => void items.push(item), skipped: onSkipped },
    { folder: dirname(file), ...(wire === undefined ? {} : { wire }) },
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

async function beginningOf(path: string): Promise<Uint8Array> {
  const file = await openFile(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The streams of a recording, all of them in memory. */
export async function readRecording(path: string | URL): Promise<RecordedStream[]> {
  return [...(await loadRecording(path)).streams];
}

/** All of a recording in memory, with the entries that were skipped. */
export async function loadRecording(
  path: string | URL,
  options: OpenRecordingOptions = {},
): Promise<Recording> {
  const items: RecordedItem[] = [];
  const skipped: SkippedEntry[] = [];
  const onSkipped = (entry: SkippedEntry): void => {
    skipped.push(entry);
    options.onSkipped?.(entry);
  };
  for await (const item of openRecording(path, { ...options, onSkipped })) {
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

/** The bytes of a file, unpacked where it is gzip or zlib (mitmproxy's .zhar). The same array comes again and again with other bytes. */
async function* readChunks(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await openFile(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    if (!isPacked(buffer.subarray(0, bytesRead))) {
      yield* readPlain(file);
      return;
    }
    // A copy of each: what is unpacked later must not change it.
    const packed = Readable.from(copies(readPlain(file)));
    const unpacked = createUnzip({ chunkSize: CHUNK_BYTES });
    packed.on("error", (error) => unpacked.destroy(error));
    try {
      yield* packed.pipe(unpacked) as AsyncIterable<Uint8Array>;
    } catch (cause) {
      if (!String((cause as NodeJS.ErrnoException).code).startsWith("Z_")) throw cause;
      throw new RecordingError("ERR_RECORDING_TRUNCATED", `${basename(path)}: does not unpack`, { cause });
    }
  } finally {
    await file.close();
  }
}

async function* readPlain(file: FileHandle): AsyncGenerator<Uint8Array, void, undefined> {
  const buffer = Buffer.alloc(CHUNK_BYTES);
  for (let position = 0; ;) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

async function* copies(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of chunks) yield new Uint8Array(chunk);
}

/** gzip (RFC 1952), or zlib (RFC 1950) with the window of 32 KiB that everybody writes. */
function isPacked([first, second]: Uint8Array): boolean {
  return (
    (first === 0x1f && second === 0x8b) || (first === 0x78 && [0x01, 0x5e, 0x9c, 0xda].includes(second ?? 0))
  );
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
