import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { digestOf } from "oras-js";

/** Every blob of one layout folder stands in another, byte for byte, and its index names the image. */
export async function requireSameImage(folder: string, expected: string, digest: string): Promise<void> {
  const index = JSON.parse(await readFile(join(folder, "index.json"), "utf8")) as {
    manifests: readonly { digest: string }[];
  };
  assert.deepEqual(
    index.manifests.map((manifest) => manifest.digest),
    [digest],
  );
  for (const hex of await readdir(join(expected, "blobs", "sha256"))) {
    const bytes = await readFile(join(folder, "blobs", "sha256", hex));
    assert.equal(digestOf(bytes), `sha256:${hex}`);
  }
}
