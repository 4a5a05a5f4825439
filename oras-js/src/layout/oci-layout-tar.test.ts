import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { attach } from "../attach.js";
import { fetchBytes } from "../content.js";
import { copy } from "../copy.js";
import { describe as descriptorOf } from "../descriptor.js";
import { digestOf, hexOf } from "../digest.js";
import { discover } from "../discover.js";
import { extendedCopy } from "../extended-copy.js";
import { artifact } from "../testing/hello-repository.js";
import { indexText, layoutText } from "./layout-files.js";
import { OciLayoutTar, OciLayoutTarWriter } from "./oci-layout-tar.js";
import { OciLayout } from "./oci-layout.js";
import { paddingAfter, plainHeader, tarHeader } from "./tar-entries.js";

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "layout-tar-"));
  path = join(folder, "a.tar");
});
afterEach(() => rm(folder, { recursive: true }));

test("an artifact and what is attached goes into a tar, and is read in it; tar itself unpacks the layout", async () => {
  const { store, manifest, layer } = await artifact();
  const attached = await attach(store, manifest, { artifactType: "application/spdx+json" });
  const writer = await OciLayoutTarWriter.create(path);
  await extendedCopy(store, "v1", writer);
  expect(await readdir(folder)).not.toContain("a.tar");
  await writer.close();
  expect(await readdir(folder)).toEqual(["a.tar"]);

  const tar = await OciLayoutTar.open(path);
  expect(await tar.resolve("v1")).toEqual(manifest);
  expect(await tar.tags()).toEqual(["v1"]);
  expect(Buffer.from(await fetchBytes(tar, layer)).toString()).toBe("hello");
  expect(await discover(tar, manifest)).toMatchObject([attached]);
  await expect(tar.resolve("v9")).rejects.toMatchObject({ hint: "There is: v1." });

  execFileSync("tar", ["xf", path], { cwd: folder });
  const unpacked = await OciLayout.open(folder);
  expect(await unpacked.resolve("v1")).toEqual(manifest);
  expect(await discover(unpacked, manifest)).toMatchObject([attached]);
});

test("a tar that GNU tar made of a folder is read, names with ./ and folders and all", async () => {
  const { store, manifest } = await artifact();
  await copy(store, "v1", await OciLayout.create(join(folder, "oci")));
  for (const format of ["gnu", "pax", "ustar"]) {
    execFileSync("tar", [`--format=${format}`, "-cf", path, "-C", join(folder, "oci"), "."]);
    expect(await (await OciLayoutTar.open(path)).resolve("v1")).toEqual(manifest);
  }
});

test("content that fails leaves the others whole; abort leaves nothing", async () => {
  const { store, manifest } = await artifact();
  const writer = await OciLayoutTarWriter.create(path);
  const wrong = descriptorOf("text/plain", new TextEncoder().encode("right"));
  await expect(writer.push(wrong, new TextEncoder().encode("wrong"))).rejects.toMatchObject({
    code: "ORAS_DIGEST_MISMATCH",
  });
  await copy(store, "v1", writer);
  await writer.close();
  await expect(writer.push(wrong, new Uint8Array())).rejects.toMatchObject({ code: "ORAS_LAYOUT_IO" });
  expect(await (await OciLayoutTar.open(path)).resolve("v1")).toEqual(manifest);

  const other = await OciLayoutTarWriter.create(join(folder, "b.tar"));
  await copy(store, "v1", other);
  await other.abort();
  expect(await readdir(folder)).toEqual(["a.tar"]);
});

/** A tar of raw entries. */
function tarOf(entries: readonly { name: string; type?: string; text?: string }[]): Buffer {
  const blocks = entries.flatMap(({ name, type = "0", text = "" }) => {
    const header = plainHeader(name, text.length, type);
    return [header, Buffer.from(text), Buffer.alloc(paddingAfter(text.length))];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

const good = [
  { name: "oci-layout", text: layoutText },
  { name: "index.json", text: indexText([]) },
];

test("a hostile tar is refused with the reason", async () => {
  await writeFile(path, tarOf(good));
  expect(await (await OciLayoutTar.open(path)).tags()).toEqual([]);
  const cases: [Buffer, RegExp][] = [
    [tarOf([...good, { name: "../evil" }]), /leads out of the folder/],
    [tarOf([...good, { name: "blobs/../../evil" }]), /leads out of the folder/],
    [tarOf([...good, { name: "/etc/passwd" }]), /leads out of the folder/],
    [tarOf([...good, { name: "x", type: "x", text: "19 path=../../evil\n" }, { name: "y" }]), /leads out/],
    [tarOf([...good, { name: "blobs/sha256/x", type: "1" }]), /is a link/],
    [tarOf([...good, { name: "blobs/sha256/x", type: "2" }]), /is a symbolic link/],
    [tarOf([...good, { name: "dev", type: "3" }]), /is a device/],
    [tarOf([...good, { name: "pipe", type: "6" }]), /is a pipe/],
    [tarOf([...good, ...good]), /is in it twice/],
    [tarOf(good).subarray(0, 700), /breaks off/],
    [Buffer.from([0x1f, 0x8b, ...new Uint8Array(600)]), /compressed/],
    [Buffer.alloc(1024, "x"), /no tar header/],
    [tarOf([{ name: "x", type: "x", text: "x".repeat(70_000) }]), /beyond all measure/],
    [tarOf(Array.from({ length: 20_001 }, (_, index) => ({ name: `f${index}` }))), /more than 20000 entries/],
    [tarOf([good[0]!]), /no file index.json/],
  ];
  for (const [bytes, message] of cases) {
    await writeFile(path, bytes);
    await expect(OciLayoutTar.open(path), String(message)).rejects.toThrow(message);
    await expect(OciLayoutTar.open(path)).rejects.toMatchObject({ code: "ORAS_INVALID_LAYOUT" });
  }
});

test("a file that claims a terabyte takes no memory, and an index.json beyond its limit is not read", async () => {
  await writeFile(path, Buffer.concat([Buffer.from(tarHeader("index.json", 2 ** 40)), Buffer.alloc(1024)]));
  await expect(OciLayoutTar.open(path)).rejects.toThrow(/breaks off/);
  await writeFile(path, tarOf([good[0]!, { name: "index.json", text: " ".repeat(4 * 1024 * 1024 + 1) }]));
  await expect(OciLayoutTar.open(path)).rejects.toMatchObject({ code: "ORAS_TOO_LARGE" });
});

test("a sha512 digest, whose name fits no field of a tar header, is written and read, by tar too", async () => {
  const bytes = new TextEncoder().encode("hello");
  const digest = digestOf(bytes, "sha512");
  const blob = { mediaType: "text/plain", digest, size: bytes.byteLength };
  const writer = await OciLayoutTarWriter.create(path);
  await writer.push(blob, bytes);
  await writer.close();
  expect(Buffer.from(await fetchBytes(await OciLayoutTar.open(path), blob)).toString()).toBe("hello");
  execFileSync("tar", ["xf", path], { cwd: folder });
  expect(await readFile(join(folder, "blobs", "sha512", hexOf(digest)), "utf8")).toBe("hello");
});
