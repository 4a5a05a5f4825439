import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { attach } from "./attach.js";
import { pushBytes } from "./content.js";
import { copy } from "./copy.js";
import { OciLayout } from "./layout/oci-layout.js";
import { MemoryStore } from "./memory-store.js";
import { pack } from "./pack.js";

const types = { artifactType: "application/vnd.example.greeting" };

describe.each(["memory", "a folder"])("deleting in %s", (kind) => {
  test("a manifest goes with its tags and from what it referred to; what it points to stays", async () => {
    const folder = await mkdtemp(join(tmpdir(), "delete-"));
    const store = kind === "memory" ? new MemoryStore() : await OciLayout.create(folder);
    const layer = await pushBytes(store, "text/plain", Buffer.from("hello"));
    const manifest = await pack(store, { ...types, layers: [layer] });
    const referrer = await attach(store, manifest, types);
    for (const tag of ["v1", "v2"]) await store.tag(manifest, tag);
    await store.tag(referrer, "signature");
    expect(await store.predecessors(manifest)).toMatchObject([{ digest: referrer.digest }]);

    await store.delete(referrer);
    expect(await store.predecessors(manifest)).toEqual([]);
    expect(await store.tags()).toEqual(["v1", "v2"]);
    await expect(store.resolve("signature")).rejects.toMatchObject({ code: "ORAS_NOT_FOUND" });

    await store.delete(manifest);
    expect(await store.tags()).toEqual([]);
    expect(await store.exists(manifest)).toBe(false);
    expect(await store.exists(layer)).toBe(true);
    await expect(store.delete(manifest)).rejects.toMatchObject({ code: "ORAS_NOT_FOUND" });

    // It can come back.
    await pack(store, { ...types, layers: [layer] });
    expect(await store.resolve(manifest.digest)).toMatchObject({ digest: manifest.digest });
    if (kind !== "memory")
      expect((await readdir(folder)).toSorted()).toEqual(["blobs", "index.json", "oci-layout"]);
    await rm(folder, { recursive: true });
  });
});

test("a copy takes over no more than it may altogether", async () => {
  const from = new MemoryStore();
  const layers = [];
  for (const text of ["a".repeat(600), "b".repeat(600)])
    layers.push(await pushBytes(from, "text/plain", Buffer.from(text)));
  await from.tag(await pack(from, { ...types, layers }), "v1");
  const to = new MemoryStore();
  await expect(copy(from, "v1", to, "v1", { maxTotalBytes: 1_200 })).rejects.toMatchObject({
    code: "ORAS_TOO_LARGE",
  });
  expect(await to.tags()).toEqual([]);
  await copy(from, "v1", to, "v1", { maxTotalBytes: 3_000 });
});
