import assert from "node:assert/strict";
import { gunzipSync, gzipSync } from "node:zlib";
import {
  type Descriptor,
  digestOf,
  fetchBytes,
  type Fetcher,
  fetchManifest,
  mediaTypes,
  MemoryStore,
  pack,
  pushBytes,
  type Resolver,
} from "oras-js";
import { tarOf } from "./tar.js";

/** The smallest module there is: magic and version. */
export const emptyModule = Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

/** A store with the smallest module as a compat image, tagged `v1`. */
export async function compatImage(): Promise<{ readonly store: MemoryStore; readonly manifest: Descriptor }> {
  const store = new MemoryStore();
  const tar = tarOf({ name: "plugin.wasm", bytes: emptyModule });
  const layer = await pushBytes(store, mediaTypes.imageLayerTarGzip, gzipSync(tar));
  const config = await pushBytes(
    store,
    mediaTypes.imageConfig,
    Buffer.from(
      JSON.stringify({
        architecture: "amd64",
        os: "linux",
        rootfs: { type: "layers", diff_ids: [digestOf(tar)] },
      }),
    ),
  );
  const manifest = await pack(store, {
    config,
    layers: [layer],
    annotations: { "module.wasm.image/variant": "compat" },
  });
  await store.tag(manifest, "v1");
  return { store, manifest };
}

/** Fetches by tag or digest and takes the module out of the one layer. */
export async function pullModule(from: Fetcher & Resolver, reference: string) {
  const descriptor = await from.resolve(reference);
  const { layers } = await fetchManifest(from, descriptor);
  assert.deepEqual(
    layers.map(({ mediaType }) => mediaType),
    [mediaTypes.imageLayerTarGzip],
  );
  const tar = gunzipSync(await fetchBytes(from, layers[0]!));
  const size = Number.parseInt(tar.toString("latin1", 124, 135), 8);
  return { digest: descriptor.digest, wasm: tar.subarray(512, 512 + size) };
}
