import { gunzipSync, gzipSync } from "node:zlib";
import { spawnSync } from "node:child_process";
import { digestOf, fetchBytes, fetchManifest, mediaTypes, MemoryStore, pack, pushBytes } from "oras-js";
import { describe, expect, test } from "vitest";
import { fetchModule, MODULE_FILE, pushCompatImage } from "./index.js";
import { findInTar, writeTar } from "./tar.js";

const wasm = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
const image = { wasm, title: "hello", version: "1.2.3", created: undefined };

async function made(options: { readonly created?: number } = {}) {
  const store = new MemoryStore();
  const descriptor = await pushCompatImage(store, { ...image, ...options, created: options.created });
  return { store, descriptor, manifest: await fetchManifest(store, descriptor) };
}

describe("the compat image", () => {
  test("has one tar+gzip layer, and a config whose diff_id is the tar's digest", async () => {
    const { store, manifest } = await made();
    expect(manifest.layers.map((layer) => layer.mediaType)).toEqual([mediaTypes.imageLayerTarGzip]);
    expect(manifest.annotations).toEqual({
      "module.wasm.image/variant": "compat",
      "org.opencontainers.image.title": "hello",
      "org.opencontainers.image.version": "1.2.3",
    });
    const layer = await fetchBytes(store, manifest.layers[0]!);
    const config = JSON.parse(Buffer.from(await fetchBytes(store, manifest.config)).toString()) as {
      rootfs: { diff_ids: string[] };
    };
    expect(config.rootfs.diff_ids).toEqual([digestOf(gunzipSync(layer))]);
    expect(manifest.config.mediaType).toBe(mediaTypes.imageConfig);
  });

  test("is the same whenever and wherever it is made", async () => {
    const { descriptor, store, manifest } = await made();
    expect((await made()).descriptor.digest).toBe(descriptor.digest);
    const layer = await fetchBytes(store, manifest.layers[0]!);
    // RFC 1952 2.3: mtime, then flags, then the operating system.
    expect([...layer.subarray(4, 8)]).toEqual([0, 0, 0, 0]);
    expect(layer[9]).toBe(255);
  });

  test("carries SOURCE_DATE_EPOCH everywhere it carries a date", async () => {
    const { store, manifest } = await made({ created: 1_700_000_000 });
    expect(manifest.annotations["org.opencontainers.image.created"]).toBe("2023-11-14T22:13:20.000Z");
    const tar = gunzipSync(await fetchBytes(store, manifest.layers[0]!));
    expect(parseInt(tar.toString("latin1", 136, 147), 8)).toBe(1_700_000_000);
  });

  test("is a tar that tar lists and unpacks", () => {
    const tar = writeTar({ name: MODULE_FILE, bytes: wasm, mtime: 0 });
    const listed = spawnSync("tar", ["-tvf", "-"], {
      input: tar,
      encoding: "utf8",
      env: { ...process.env, TZ: "UTC" },
    });
    expect(listed.stderr).toBe("");
    expect(listed.stdout).toMatch(/^-rw-r--r-- 0\/0\s+8 1970-01-01 00:00 plugin\.wasm\n$/);
    const unpacked = spawnSync("tar", ["-xOf", "-"], { input: tar });
    expect(unpacked.stdout).toEqual(Buffer.from(wasm));
  });
});

describe("the module of an image", () => {
  const bare = "application/vnd.module.wasm.content.layer.v1+wasm";

  async function imageOf(...layers: readonly (readonly [mediaType: string, bytes: Uint8Array])[]) {
    const store = new MemoryStore();
    const pushed = [];
    for (const [mediaType, bytes] of layers) pushed.push(await pushBytes(store, mediaType, bytes));
    const config = await pushBytes(store, mediaTypes.imageConfig, Buffer.from("{}"));
    return { store, descriptor: await pack(store, { config, layers: pushed }) };
  }
  const tarGzip = (name: string, bytes: Uint8Array) => gzipSync(writeTar({ name, bytes, mtime: 0 }));

  test("comes out of a compat image as it went in", async () => {
    const { store, descriptor } = await made();
    const module = await fetchModule(store, descriptor);
    expect(module.form).toBe("compat");
    expect(Buffer.from(module.wasm)).toEqual(Buffer.from(wasm));
  });

  test("comes out of the last layer, whatever folder it lies in", async () => {
    const { store, descriptor } = await imageOf(
      ["text/plain", Buffer.from("notes")],
      [mediaTypes.imageLayerTarGzip, tarGzip("deep/down/plugin.wasm", wasm)],
    );
    expect(Buffer.from((await fetchModule(store, descriptor)).wasm)).toEqual(Buffer.from(wasm));
  });

  test("comes out of the two-layer form in either order", async () => {
    for (const layers of [
      [
        ["application/json", Buffer.from("{}")],
        [bare, wasm],
      ],
      [
        [bare, wasm],
        ["application/json", Buffer.from("{}")],
      ],
    ] as const) {
      const { store, descriptor } = await imageOf(...layers);
      expect(await fetchModule(store, descriptor)).toEqual({ form: "layered", wasm });
    }
  });

  test.each([
    [
      "one bare layer",
      [[bare, wasm]],
      "the image has one layer (application/vnd.module.wasm.content.layer.v1+wasm)",
    ],
    ["a CNCF artifact", [["application/wasm", wasm]], "the image has one layer (application/wasm)"],
    [
      "tar+gzip before the last layer",
      [
        [mediaTypes.imageLayerTarGzip, tarGzip(MODULE_FILE, wasm)],
        ["text/plain", Buffer.from("x")],
      ],
      "the image has 2 layers",
    ],
    [
      "another file name",
      [[mediaTypes.imageLayerTarGzip, tarGzip("filter.wasm", wasm)]],
      "holds no file plugin.wasm",
    ],
    ["no gzip", [[mediaTypes.imageLayerTarGzip, Buffer.from("plain")]], "is not gzip"],
    [
      "no wasm",
      [[mediaTypes.imageLayerTarGzip, tarGzip(MODULE_FILE, Buffer.from("#!/bin/sh"))]],
      "is not a wasm module",
    ],
  ] as const)("is not found in an image Istio would refuse: %s", async (_, layers, message) => {
    const { store, descriptor } = await imageOf(...layers);
    await expect(fetchModule(store, descriptor)).rejects.toMatchObject({
      code: "ERR_IMAGE",
      message: expect.stringContaining(message) as string,
    });
  });

  test("a broken archive gives nothing, never a part of a file", () => {
    const tar = Buffer.from(writeTar({ name: MODULE_FILE, bytes: new Uint8Array(2000), mtime: 0 }));
    expect(findInTar(tar.subarray(0, 1024), MODULE_FILE)).toBeNull();
    expect(findInTar(tar.subarray(0, 100), MODULE_FILE)).toBeNull();
    tar.write("zzzzzzzzzzz", 124, "latin1");
    expect(findInTar(tar, MODULE_FILE)).toBeNull();
  });
});
