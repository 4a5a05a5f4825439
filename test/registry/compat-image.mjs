import assert from "node:assert/strict";
import { gunzipSync, gzipSync } from "node:zlib";
import { digestOf, fetchBytes, fetchManifest, mediaTypes, MemoryStore, pack, pushBytes } from "oras-js";

/** The smallest module there is: magic and version. */
export const emptyModule = Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

/** A store with the module as a compat image, tagged. Written here again, so that the test does not lean on the product. */
export async function compatImage(wasm, tag = "v1") {
  const store = new MemoryStore();
  const tar = tarOf("plugin.wasm", wasm);
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
  await store.tag(manifest, tag);
  return { store, manifest, layer };
}

/** Fetches by tag or digest and takes the module out of the one layer. */
export async function pullModule(from, reference) {
  const descriptor = await from.resolve(reference);
  const manifest = await fetchManifest(from, descriptor);
  assert.deepEqual(
    manifest.layers.map(({ mediaType }) => mediaType),
    [mediaTypes.imageLayerTarGzip],
  );
  const tar = gunzipSync(await fetchBytes(from, manifest.layers[0]));
  const size = Number.parseInt(tar.toString("latin1", 124, 135), 8);
  return { digest: descriptor.digest, wasm: tar.subarray(512, 512 + size) };
}

/** One regular file in a POSIX.1-1988 ustar archive. */
function tarOf(name, bytes) {
  const header = Buffer.alloc(512);
  const fields = [
    [0, name],
    [100, "0000644\0"],
    [108, "0000000\0"],
    [116, "0000000\0"],
    [124, `${bytes.byteLength.toString(8).padStart(11, "0")}\0`],
    [136, "00000000000\0"],
    [148, "        "],
    [156, "0"],
    [257, "ustar\x0000"],
  ];
  for (const [offset, text] of fields) header.write(text, offset, "latin1");
  const checksum = header.reduce((sum, byte) => sum + byte, 0);
  header.write(`${checksum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  const padding = Buffer.alloc((512 - (bytes.byteLength % 512)) % 512);
  return Buffer.concat([header, bytes, padding, Buffer.alloc(1024)]);
}
