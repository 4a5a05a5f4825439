import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { copy, fetchBytes, fetchManifest, hexOf, OciLayout, pushBytes, Repository } from "oras-js";
import type { Bench } from "../bench.js";
import { compatImage, emptyModule, pullModule } from "../compat-image.js";
import { startDistribution } from "../registries/distribution.js";
import { DEBIAN } from "../registries/index.js";

/** oras-js by itself, with registries that let everybody in. */
export async function checkLibrary(bench: Bench): Promise<void> {
  await checkRemote(bench);
  await checkLayout(bench);
}

async function checkRemote({ checks, folder }: Bench): Promise<void> {
  const host = await startDistribution(folder, { command: DEBIAN });
  const repository = new Repository(`${host}/filters/hello`);
  const { store, manifest } = await compatImage();

  await checks.check("push: the registry reports the digest that was computed here", async () => {
    assert.deepEqual(await copy(store, "v1", repository, "v1"), manifest);
    assert.deepEqual(await repository.resolve("v1"), manifest);
  });
  for (const [by, reference] of [
    ["tag", "v1"],
    ["digest", manifest.digest],
  ] as const) {
    await checks.check(`pull by ${by}: the same bytes`, async () => {
      const { wasm, digest } = await pullModule(repository, reference);
      assert.deepEqual(wasm, emptyModule);
      assert.equal(digest, manifest.digest);
    });
  }
  await checks.check("push again: nothing is sent", async () => {
    const copied: string[] = [];
    await copy(store, "v1", repository, "v2", { onCopied: (_, outcome) => copied.push(outcome) });
    assert.deepEqual(copied, ["existed"]);
    assert.equal((await repository.resolve("v2")).digest, manifest.digest);
  });
  await checks.check("a blob of 8 MiB: streamed there and back", async () => {
    const bytes = randomBytes(8 * 1024 * 1024);
    const descriptor = await pushBytes(repository, "application/octet-stream", bytes);
    assert.equal(Buffer.compare(await fetchBytes(repository, descriptor), bytes), 0);
  });
  await checks.check("a tag that is missing: ORAS_NOT_FOUND", async () => {
    await assert.rejects(repository.resolve("v9"), { code: "ORAS_NOT_FOUND", status: 404 });
  });
  await checks.check("https to this plain http registry: ORAS_SERVER_SPEAKS_HTTP", async () => {
    const secure = new Repository(`${host}/filters/hello`, { plainHttp: false });
    await assert.rejects(secure.resolve("v1"), { code: "ORAS_SERVER_SPEAKS_HTTP" });
  });
}

/** The same through a folder, and a registry that answers with relative upload locations. */
async function checkLayout({ checks, folder }: Bench): Promise<void> {
  const host = await startDistribution(folder, { command: DEBIAN, relativeUrls: true });
  const repository = new Repository(`${host}/filters/hello`);
  const { store, manifest } = await compatImage();
  const out = join(folder, "layout-out");
  const back = join(folder, "layout-back");

  await checks.check("memory -> folder -> registry: one digest", async () => {
    const layout = await OciLayout.create(out);
    await copy(store, "v1", layout, "v1");
    const opened = await OciLayout.open(out);
    assert.deepEqual(await copy(opened, "v1", repository, "v1"), manifest);
    assert.equal((await repository.resolve("v1")).digest, manifest.digest);
  });
  await checks.check("registry -> folder: the same files, byte for byte", async () => {
    const layout = await OciLayout.create(back);
    await copy(repository, "v1", layout, "v1");
    const { config, layers } = await fetchManifest(layout, manifest);
    for (const name of [
      "index.json",
      "oci-layout",
      ...[manifest, config, ...layers].map(({ digest }) => `blobs/sha256/${hexOf(digest)}`),
    ]) {
      assert.deepEqual(await readFile(join(back, name)), await readFile(join(out, name)), name);
    }
    assert.deepEqual((await pullModule(layout, manifest.digest)).wasm, emptyModule);
  });
}
