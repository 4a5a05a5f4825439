import { io } from "./file-errors.js";

// A call for each chunk of a socket, 64 KiB, would cost more than what it writes.
const batchBytes = 1024 * 1024;

/** What it needs of Node's FileHandle. */
export interface WritableFile {
  writev(buffers: readonly Uint8Array[], position: number): Promise<{ readonly bytesWritten: number }>;
}

/**
 * Writes a stream into a file from a position on, and returns the position behind it. While one batch is on its way to the disk the
 * next one comes in, and no more than these two are in memory.
 */
export async function writeStream(
  file: WritableFile,
  path: string,
  source: AsyncIterable<Uint8Array>,
  position: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  let at = position;
  let batch: Uint8Array[] = [];
  let gathered = 0;
  let writing: Promise<void> = Promise.resolve();
  const send = (): void => {
    const [bytes, start] = [batch, at];
    writing = io(path, () => writeWhole(file, bytes, start));
    // Whoever waits for it hears of a failure; until then nobody does.
    writing.catch(() => undefined);
    at += gathered;
    batch = [];
    gathered = 0;
  };
  try {
    for await (const chunk of source) {
      signal?.throwIfAborted();
      batch.push(chunk);
      gathered += chunk.byteLength;
      if (gathered < batchBytes) continue;
      await writing;
      send();
    }
    await writing;
    if (gathered > 0) send();
    await writing;
  } catch (error) {
    // The caller closes the file, which must not happen while it is written.
    await writing.catch(() => undefined);
    throw error;
  }
  return at;
}

/** Writes all of it, however little each call takes. */
export async function writeWhole(
  file: WritableFile,
  batch: readonly Uint8Array[],
  position: number,
): Promise<void> {
  let left = [...batch];
  for (let at = position; left.length > 0;) {
    let { bytesWritten } = await file.writev(left, at);
    at += bytesWritten;
    // A write may be short: what it did not take comes again.
    while (left.length > 0 && bytesWritten >= left[0]!.byteLength) bytesWritten -= left.shift()!.byteLength;
    if (left.length > 0) left = [left[0]!.subarray(bytesWritten), ...left.slice(1)];
  }
}
