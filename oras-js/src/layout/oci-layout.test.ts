import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fetchBytes, pushBytes } from "../content.js";
import { copy } from "../copy.js";
import { type Descriptor, describe as descriptorOf } from "../descriptor.js";
import { hexOf } from "../digest.js";
import { mediaTypes } from "../media-types.js";
import { MemoryStore } from "../memory-store.js";
import { OciLayout } from "./oci-layout.js";
import { pack } from "../pack.js";

const bytes = new TextEncoder().encode("hello");
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "oci-layout-"));
});
afterEach(() => rm(folder, { recursive: true }));

const json = async (name: string): Promise<unknown> => JSON.parse(await readFile(join(folder, name), "utf8"));

test("a layout written once reads the same when opened again", async () => {
  const layout = await OciLayout.create(folder);
  const manifest = await pack(layout, {
    artifactType: "a/b",
    layers: [await pushBytes(layout, "text/plain", bytes)],
  });
  await layout.tag(manifest, "v1");

  expect(await json("oci-layout")).toEqual({ imageLayoutVersion: "1.0.0" });
  expect(await json("index.json")).toEqual({
    schemaVersion: 2,
    mediaType: mediaTypes.imageIndex,
    manifests: [{ ...manifest, annotations: { "org.opencontainers.image.ref.name": "v1" } }],
  });
  const again = await OciLayout.open(folder);
  expect(await again.resolve("v1")).toEqual(manifest);
  expect(await again.resolve(manifest.digest)).toEqual(manifest);
  expect((await readdir(folder)).toSorted()).toEqual(["blobs", "index.json", "oci-layout"]);
});

test("a tag moves, another stays, and copying out gives the same manifest", async () => {
  const layout = await OciLayout.create(folder);
  const one = await pack(layout, { artifactType: "a/one" });
  const two = await pack(layout, { artifactType: "a/two" });
  await layout.tag(one, "latest");
  await layout.tag(one, "v1");
  await layout.tag(two, "latest");
  expect(await layout.tags()).toEqual(["v1", "latest"]);
  const store = new MemoryStore();
  expect(await copy(layout, "latest", store)).toEqual(two);
  await expect(layout.resolve("v2")).rejects.toMatchObject({
    code: "ORAS_NOT_FOUND",
    hint: "There is: v1, latest.",
  });
});

test("tags written at the same time are all kept", async () => {
  const layout = await OciLayout.create(folder);
  const manifest = await pack(layout, { artifactType: "a/b" });
  const names = Array.from({ length: 20 }, (_, index) => `v${index}`);
  await Promise.all(names.map((name) => layout.tag(manifest, name)));
  expect([...(await layout.tags())].toSorted()).toEqual(names.toSorted());
});

test("content with another digest is not stored, and no temporary file stays", async () => {
  const layout = await OciLayout.create(folder);
  const descriptor = descriptorOf("text/plain", bytes);
  await expect(layout.push(descriptor, new TextEncoder().encode("hellO"))).rejects.toMatchObject({
    code: "ORAS_DIGEST_MISMATCH",
  });
  expect(await layout.exists(descriptor)).toBe(false);
  expect((await readdir(folder)).toSorted()).toEqual(["blobs", "index.json", "oci-layout"]);
});

test("a blob that was changed on disk is not handed out", async () => {
  const layout = await OciLayout.create(folder);
  const descriptor = await pushBytes(layout, "text/plain", bytes);
  await writeFile(join(folder, "blobs", "sha256", hexOf(descriptor.digest)), "hellO");
  await expect(fetchBytes(layout, descriptor)).rejects.toMatchObject({ code: "ORAS_DIGEST_MISMATCH" });
});

test("a hostile digest never becomes a path", async () => {
  const layout = await OciLayout.create(folder);
  const hostile = { ...descriptorOf("text/plain", bytes), digest: "sha256:../../../escaped" } as Descriptor;
  for (const attempt of [
    () => layout.push(hostile, bytes),
    () => layout.fetch(hostile),
    () => layout.exists(hostile),
  ]) {
    await expect(attempt()).rejects.toMatchObject({ code: "ORAS_INVALID_DIGEST" });
  }
  await writeFile(
    join(folder, "index.json"),
    JSON.stringify({
      schemaVersion: 2,
      manifests: [{ mediaType: "a/b", size: 1, digest: "sha256:../../x" }],
    }),
  );
  await expect(OciLayout.open(folder)).rejects.toMatchObject({ code: "ORAS_INVALID_DIGEST" });
});

test("what is no layout is named as such", async () => {
  await expect(OciLayout.open(join(folder, "missing"))).rejects.toMatchObject({
    code: "ORAS_INVALID_LAYOUT",
  });
  await OciLayout.create(folder);
  for (const text of ["{", "[]", "{}", '{"manifests":{}}']) {
    await writeFile(join(folder, "index.json"), text);
    await expect(OciLayout.open(folder), text).rejects.toMatchObject({ code: "ORAS_INVALID_LAYOUT" });
  }
  await writeFile(join(folder, "index.json"), " ".repeat(4 * 1024 * 1024 + 1));
  await expect(OciLayout.open(folder)).rejects.toMatchObject({ code: "ORAS_TOO_LARGE" });
});

test("a pipe in the place of a blob is not waited for", async () => {
  const layout = await OciLayout.create(folder);
  const descriptor = descriptorOf("text/plain", bytes);
  await mkdir(join(folder, "blobs", "sha256"), { recursive: true });
  execFileSync("mkfifo", [join(folder, "blobs", "sha256", hexOf(descriptor.digest))]);
  await expect(fetchBytes(layout, descriptor)).rejects.toMatchObject({ code: "ORAS_NOT_FOUND" });
});
