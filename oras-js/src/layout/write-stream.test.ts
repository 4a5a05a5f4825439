import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type WritableFile, writeStream } from "./write-stream.js";

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "write-stream-"))));
afterAll(() => rm(folder, { recursive: true }));

const large = new Uint8Array(3_000_000).map((_, index) => index % 251);

async function* pieces(size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < large.byteLength; at += size) yield large.subarray(at, at + size);
}

test.each([1_000, 65_536, 3_000_000])(
  "pieces of %i bytes come to stand one behind the other",
  async (size) => {
    const path = join(folder, `${size}`);
    const file = await open(path, "w");
    expect(await writeStream(file, path, pieces(size), 5, undefined)).toBe(3_000_005);
    await file.close();
    expect(Buffer.compare((await readFile(path)).subarray(5), large)).toBe(0);
  },
);

test("what a short write did not take comes again", async () => {
  const path = join(folder, "short");
  const file = await open(path, "w");
  let calls = 0;
  const short: WritableFile = {
    writev(buffers, position) {
      // Two buffers, and of the second a part: as when a disk is almost full.
      const taken = ++calls % 3 === 0 ? buffers : [buffers[0]!, ...buffers.slice(1, 2)];
      const last = taken.at(-1)!;
      return file.writev([...taken.slice(0, -1), last.subarray(0, Math.ceil(last.byteLength / 2))], position);
    },
  };
  await writeStream(short, path, pieces(70_000), 0, undefined);
  await file.close();
  expect(calls).toBeGreaterThan(10);
  expect(Buffer.compare(await readFile(path), large)).toBe(0);
});

test("a full disk is told of, and the source is let go", async () => {
  const full: WritableFile = {
    writev: () => Promise.reject(Object.assign(new Error("no space left on device"), { code: "ENOSPC" })),
  };
  let closed = false;
  const source = (async function* () {
    try {
      yield* pieces(65_536);
    } finally {
      closed = true;
    }
  })();
  await expect(writeStream(full, "blob", source, 0, undefined)).rejects.toMatchObject({
    code: "ORAS_LAYOUT_IO",
    message: "blob cannot be read or written: ENOSPC",
  });
  expect(closed).toBe(true);
});
