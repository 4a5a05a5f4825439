import { spawnSync } from "node:child_process";
import { gunzipSync } from "node:zlib";
import { idlePlugin } from "as-proxy-wasm-sim";
import { digestOf, fetchBytes, fetchManifest, mediaTypes, MemoryStore } from "oras-js";
import { describe, expect, test } from "vitest";
import {
  extractModule,
  type ImageLayout,
  imageLayouts,
  inspectImage,
  layerTypes,
  pushFilterImage,
} from "./index.js";

const wasm = idlePlugin.vmConfig.code;

async function made(layout: ImageLayout, created?: number) {
  const store = new MemoryStore();
  const image = { wasm, layout, abiVersion: "0.2.1", rootId: "hello", annotations: { a: "b" }, created };
  const descriptor = await pushFilterImage(store, image);
  const manifest = await fetchManifest(store, descriptor);
  const config = JSON.parse(Buffer.from(await fetchBytes(store, manifest.config)).toString()) as unknown;
  return { store, descriptor, manifest, config };
}

// On any machine, and with every Node: change these only when the layout itself changes.
test.each([
  ["compat", "sha256:0998bc22f1d9c61bd54c05f822a980e04b1fa3e353e596de466db0eb683f6028"],
  ["oci", "sha256:037bf6e8ad002dabe202f1dc6d184e6ca33cfbc833dd1cd838a6c79e0668ae78"],
  ["cncf", "sha256:2c703a4727863056ea5bf1938aab1b51dc29f18a4e01ab9e5b1584f4edc16425"],
] as const)("the digest of %s is always the same", async (layout, digest) => {
  expect((await made(layout)).descriptor.digest).toBe(digest);
});

test.each(imageLayouts)("the module comes out of %s as it went in", async (layout) => {
  const { store, descriptor } = await made(layout);
  const { form, wasm: found } = extractModule(await inspectImage(store, descriptor));
  expect(form).toBe(layout);
  expect(Buffer.compare(found, wasm)).toBe(0);
});

test.each(imageLayouts)("%s carries SOURCE_DATE_EPOCH", async (layout) => {
  const { manifest } = await made(layout, 1_700_000_000);
  expect(manifest.annotations).toMatchObject({
    a: "b",
    "org.opencontainers.image.created": "2023-11-14T22:13:20.000Z",
  });
});

describe("compat", () => {
  test("has one tar+gzip layer, and a config whose diff_id is the tar's digest", async () => {
    const { store, manifest, config } = await made("compat");
    expect(manifest.layers.map((layer) => layer.mediaType)).toEqual([mediaTypes.imageLayerTarGzip]);
    expect(manifest.annotations).toEqual({ a: "b", "module.wasm.image/variant": "compat" });
    const tar = gunzipSync(await fetchBytes(store, manifest.layers[0]!));
    expect(manifest.config.mediaType).toBe(mediaTypes.imageConfig);
    expect(config).toMatchObject({ rootfs: { diff_ids: [digestOf(tar)] } });
  });

  test("has a tar that tar lists and unpacks", async () => {
    const { store, manifest } = await made("compat", 1_700_000_000);
    const layer = await fetchBytes(store, manifest.layers[0]!);
    const env = { ...process.env, TZ: "UTC" };
    const listed = spawnSync("tar", ["-tvzf", "-"], { input: layer, encoding: "utf8", env });
    expect(listed.stderr).toBe("");
    expect(listed.stdout).toMatch(/^-rw-r--r-- 0\/0\s+87 2023-11-14 22:13 plugin\.wasm\n$/);
    expect(spawnSync("tar", ["-xzOf", "-"], { input: layer }).stdout).toEqual(Buffer.from(wasm));
  });
});

test("oci has the bare module behind what its runtime has to know", async () => {
  const { manifest, config } = await made("oci");
  expect(manifest.layers).toMatchObject([
    { mediaType: layerTypes.moduleConfig, digest: manifest.config.digest },
    { mediaType: layerTypes.module, digest: digestOf(wasm) },
  ]);
  expect(config).toEqual({ type: "envoy_proxy", abiVersions: ["0.2.1"], config: { rootIds: ["hello"] } });
});

test("cncf has one bare layer, which its config lists", async () => {
  const { manifest, config } = await made("cncf");
  expect(manifest.config.mediaType).toBe("application/vnd.wasm.config.v0+json");
  expect(manifest.layers).toMatchObject([{ mediaType: "application/wasm", digest: digestOf(wasm) }]);
  expect(config).toEqual({
    created: "1970-01-01T00:00:00.000Z",
    architecture: "wasm",
    os: "wasip1",
    layerDigests: [digestOf(wasm)],
  });
});
