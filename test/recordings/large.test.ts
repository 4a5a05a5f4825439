import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FORMATS, writeLargeRecording } from "./large-recording.js";
import { readInChild, scratchFolder } from "./read-in-child.js";

/** Less than each file has, and it keeps little more than one chunk and one stream. */
const HEAP_MEBIBYTES = 24;

test.each(FORMATS)("a large file is read in little memory: %s", async (format) => {
  await mkdir(scratchFolder, { recursive: true });
  const path = join(scratchFolder, `test-${process.pid}.${format}`);
  try {
    const streams = await writeLargeRecording(path, format, { bytes: 48 * 2 ** 20, streams: 40_000 });
    expect(await readInChild(path, HEAP_MEBIBYTES)).toMatchObject({ streams });
  } finally {
    await rm(path, { force: true });
  }
});
