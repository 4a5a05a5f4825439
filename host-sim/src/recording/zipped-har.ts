import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import yauzl from "yauzl";
import { MAX_ENTRY_BYTES, MAX_UNPACKED_BYTES, MAX_ZIP_FILES } from "./limits.js";
import { RecordingError } from "./recording-error.js";

/** A HAR that was in a zip, unpacked beside the bodies that it names. */
export interface UnpackedHar {
  readonly path: string;
  /** Deletes what was unpacked. */
  remove(): Promise<void>;
}

/** Whether a file begins as a zip does (APPNOTE 4.3.7). */
export function isZip(beginning: Uint8Array): boolean {
  return Buffer.from(beginning.subarray(0, 4)).equals(Buffer.from("PK\x03\x04", "latin1"));
}

/**
 * Unpacks a HAR with the files that it names, as Playwright zips them, into a folder for the owner alone. A file that is broken, has
 * another number of HARs than one, or unpacks to too much is a `RecordingError`, and leaves nothing behind.
 */
export async function unpackHar(zip: string): Promise<UnpackedHar> {
  const folder = await mkdtemp(join(tmpdir(), "as-proxy-wasm-har-"));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const name = await unpack(zip, folder);
    return { path: join(folder, name), remove };
  } catch (cause) {
    await remove();
    if (cause instanceof RecordingError) throw cause;
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new RecordingError("ERR_RECORDING_TRUNCATED", `${basename(zip)}: does not unpack (${problem})`, {
      cause,
    });
  }
}

/** Gives the name of the HAR. */
async function unpack(zip: string, folder: string): Promise<string> {
  const source = basename(zip);
  const file = await yauzl.openPromise(zip, { lazyEntries: true });
  const hars: string[] = [];
  let [files, bytes] = [0, 0];
  try {
    for await (const entry of file.eachEntry()) {
      const { fileName, uncompressedSize } = entry;
      if (fileName.endsWith("/")) continue;
      if (!/^[^/\\\0]+$/.test(fileName) || fileName === "." || fileName === "..")
        throw new RecordingError(
          "ERR_RECORDING_BAD_FIELD",
          `${source}: ${JSON.stringify(fileName.slice(0, 100))} lies in a folder; a zipped HAR has all of its files in one`,
        );
      const isHar = fileName.toLowerCase().endsWith(".har");
      if (isHar) hars.push(fileName);
      files += 1;
      bytes += uncompressedSize;
      if (
        files > MAX_ZIP_FILES ||
        bytes > MAX_UNPACKED_BYTES ||
        (!isHar && uncompressedSize > MAX_ENTRY_BYTES)
      )
        throw new RecordingError(
          "ERR_RECORDING_TOO_LARGE",
          `${source}: unpacks to more than the ${MAX_ZIP_FILES} files and ${MAX_UNPACKED_BYTES} bytes that are read`,
        );
      // What is longer than it says ends with an error of the library.
      await pipeline(
        await file.openReadStreamPromise(entry),
        createWriteStream(join(folder, fileName), { flags: "wx" }),
      );
    }
  } finally {
    file.close();
  }
  if (hars.length === 1) return hars[0]!;
  throw new RecordingError(
    "ERR_RECORDING_UNKNOWN_FORMAT",
    `${source}: is a zip with ${hars.length === 0 ? "no" : hars.length} HAR files, expected one`,
  );
}
