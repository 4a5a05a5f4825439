// Recordings land whole or not at all: written beside the target, then renamed.
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** Recordings that only the readers' own tests look at. */
export const CAPTURED_FOR_TESTS = new URL("recordings/", import.meta.url);

/** The recordings that all examples share. */
export const RECORDINGS = new URL("../../examples/recordings/", import.meta.url);

export async function writeRecording(url, content) {
  const path = fileURLToPath(url);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.partial`, content);
  await rename(`${path}.partial`, path);
  console.error(`wrote ${relative(process.cwd(), path)} (${Buffer.byteLength(content)} bytes)`);
}
