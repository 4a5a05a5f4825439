import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { loadRecording } from "./open-recording.js";

const playwright = new URL("../../../test/capture/recordings/playwright.zip", import.meta.url);
const folder = mkdtempSync(join(tmpdir(), "zipped-har-"));
// Where it unpacks: nobody else's files are there.
process.env["TMPDIR"] = folder;
afterAll(() => rmSync(folder, { recursive: true }));

const unpacked = () => readdirSync(tmpdir()).filter((name) => name.startsWith("as-proxy-wasm-har-"));

/** A zip of files as they are, with the CRC that a reader may check. */
function zip(name: string, files: Readonly<Record<string, string>>): string {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [file, text] of Object.entries(files)) {
    const [path, data] = [Buffer.from(file), Buffer.from(text)];
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(path.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), common, path, data]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00", "latin1"), common, rest, path]));
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(directory.length, 4);
  end.writeUInt16LE(directory.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  const path = join(folder, name);
  writeFileSync(path, Buffer.concat([...parts, central, Buffer.from("PK\x05\x06", "latin1"), end]));
  return path;
}

test("a HAR that Playwright zipped has the bodies that lie beside it", async () => {
  const before = unpacked();
  const { streams, skipped } = await loadRecording(playwright);
  expect(streams.length).toBeGreaterThan(15);
  expect(skipped.length).toBeLessThan(3);
  const [page] = streams;
  expect(page?.source).toBe("playwright.zip, log.entries[0]");
  const { body } = page!.response!;
  expect(body.kind === "recorded" && Buffer.concat(body.chunks).toString()).toContain("<!doctype html>");
  // Nothing of what was unpacked is left.
  expect(unpacked()).toEqual(before);
});

const har = JSON.stringify({ log: { entries: [] } });
test.each<[string, () => string, string]>([
  [
    "without a HAR",
    () => zip("none.zip", { "a.txt": "a" }),
    "none.zip: is a zip with no HAR files, expected one",
  ],
  [
    "with two",
    () => zip("two.zip", { "a.har": har, "b.HAR": har }),
    "two.zip: is a zip with 2 HAR files, expected one",
  ],
  [
    "with folders",
    () => zip("folders.zip", { "a/b.har": har }),
    'folders.zip: "a/b.har" lies in a folder; a zipped HAR has all of its files in one',
  ],
  [
    "that leads out of its folder",
    () => zip("out.zip", { "../b.har": har }),
    "out.zip: does not unpack (invalid relative path: ../b.har)",
  ],
  [
    "that was cut off",
    () => {
      const path = join(folder, "cut.zip");
      writeFileSync(path, readFileSync(playwright).subarray(0, 5000));
      return path;
    },
    "cut.zip: does not unpack (End of central directory record signature not found. Either not a zip file, or file is truncated.)",
  ],
])("a zip %s is refused, and leaves nothing behind", async (_, make, message) => {
  const before = unpacked();
  await expect(loadRecording(make())).rejects.toMatchObject({
    message: expect.stringContaining(message) as string,
  });
  expect(unpacked()).toEqual(before);
});

test("an empty HAR in a zip has nothing", async () => {
  expect(await loadRecording(zip("empty.zip", { "a.har": har }))).toMatchObject({ items: [] });
});
