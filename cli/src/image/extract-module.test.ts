import { gzipSync } from "node:zlib";
import { mediaTypes } from "oras-js";
import { describe, expect, test } from "vitest";
import { tarArchive, type TestEntry } from "../testing/tar-archive.js";
import { inspected, testImage, testIndex, type TestLayer } from "../testing/test-image.js";
import { extractModule, layerTypes } from "./index.js";

const wasm = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
const plugin: TestEntry = { path: "plugin.wasm", bytes: wasm };
const layer = (...entries: readonly TestEntry[]): TestLayer => [
  mediaTypes.imageLayerTarGzip,
  gzipSync(tarArchive(...entries)),
];
const text: TestLayer = ["text/plain", Buffer.from("notes")];
const bare: TestLayer = [layerTypes.module, wasm];
const cncfConfig: TestLayer = [layerTypes.wasmConfig, Buffer.from("{}")];

const extracted = async (layers: readonly TestLayer[], options?: Parameters<typeof testImage>[1]) =>
  extractModule(await inspected(testImage(layers, options)));

test.each([
  ["a tar+gzip", [layer(plugin)], "compat", {}],
  ["a folder of a tar+gzip", [layer({ path: "deep/down/plugin.wasm", bytes: wasm })], "compat", {}],
  ["the last layer", [text, layer(plugin)], "compat", {}],
  [
    "a long name",
    [layer({ path: "@", type: "L", bytes: Buffer.from("a/plugin.wasm\0") }, { path: "x", bytes: wasm })],
    "compat",
    {},
  ],
  [
    "a pax name",
    [
      layer(
        { path: "@", type: "x", bytes: Buffer.from("20 path=plugin.wasm\n") },
        { path: "x", bytes: wasm },
      ),
    ],
    "compat",
    {},
  ],
  ["two layers", [text, bare], "oci", {}],
  ["two layers, the module first", [bare, text], "oci", {}],
  ["one layer of a CNCF artifact", [["application/wasm", wasm]], "cncf", { config: cncfConfig }],
  [
    "an image of docker's",
    [[mediaTypes.dockerLayerTarGzip, layer(plugin)[1]]],
    "docker",
    { manifestType: mediaTypes.dockerManifest },
  ],
] as const)("a module comes out of %s", async (_, layers, form, options) => {
  const found = await extracted(layers, options);
  expect({ form: found.form, wasm: [...found.wasm] }).toEqual({ form, wasm: [...wasm] });
});

test.each([
  ["one bare layer", [bare], "it has one layer where two are needed"],
  [
    "a CNCF artifact without its config",
    [["application/wasm", wasm]],
    "its config is application/vnd.oci.image.config",
  ],
  [
    "tar+gzip before the last layer",
    [layer(plugin), text],
    "it has 2 layers (application/vnd.oci.image.layer.v1.tar+gzip, text/plain)",
  ],
  [
    "a plain tar",
    [[mediaTypes.imageLayerTar, tarArchive(plugin)]],
    "its last layer is application/vnd.oci.image.layer.v1.tar",
  ],
  ["another file name", [layer({ path: "filter.wasm", bytes: wasm })], "holds no file plugin.wasm"],
  ["no gzip", [[mediaTypes.imageLayerTarGzip, Buffer.from("plain")]], "it is not gzip"],
  ["no wasm", [layer({ path: "plugin.wasm", bytes: Buffer.from("#!/bin/sh") })], "is not a wasm module"],
  [
    "half a header of wasm",
    [layer({ path: "plugin.wasm", bytes: wasm.subarray(0, 4) })],
    "is not a wasm module",
  ],
] as const)("no module comes out of %s", async (_, layers, message) => {
  await expect(extracted(layers)).rejects.toMatchObject({
    code: "ERR_IMAGE",
    message: expect.stringContaining(message) as string,
  });
});

describe("a layer that could harm whoever unpacks it is refused", () => {
  const evil = Buffer.from("evil");
  test.each([
    [
      "a name that leads out",
      [plugin, { path: "../../etc/passwd", bytes: evil }],
      "../../etc/passwd leads out of the folder",
    ],
    [
      "that of the module",
      [{ path: "../plugin.wasm", bytes: wasm }],
      "../plugin.wasm leads out of the folder",
    ],
    ["a backslash", [{ path: "..\\plugin.wasm", bytes: evil }, plugin], "..\\plugin.wasm leads out"],
    [
      "an absolute path",
      [{ path: "/etc/cron.d/x", bytes: evil }, plugin],
      "/etc/cron.d/x is an absolute path",
    ],
    ["a drive", [{ path: "C:/x", bytes: evil }, plugin], "C:/x is an absolute path"],
    [
      "a symbolic link",
      [{ path: "plugin.wasm", type: "2", linkTo: "/etc/shadow" }],
      "plugin.wasm is a symbolic link",
    ],
    ["a link", [plugin, { path: "x", type: "1", linkTo: "../x" }], "x is a link"],
    ["a device", [{ path: "null", type: "3" }, plugin], "null is a device"],
    ["another device", [{ path: "sda", type: "4" }, plugin], "sda is a device"],
    ["a pipe", [plugin, { path: "pipe", type: "6" }], "pipe is a pipe"],
    ["a sparse file", [{ path: "plugin.wasm", type: "S", bytes: wasm }], "plugin.wasm is a sparse file"],
    [
      "a pax sparse file",
      [{ path: "@", type: "x", bytes: Buffer.from("22 GNU.sparse.major=1\n") }, plugin],
      "plugin.wasm is a sparse file",
    ],
    [
      "a size beyond all",
      [{ path: "big", size: 2 ** 50 }, plugin],
      "it unpacks to more than 268435456 bytes",
    ],
    ["a size without a number", [{ path: "big", size: -1 }, plugin], "there is no tar header"],
    [
      "a header beyond all measure",
      [{ path: "@", type: "x", bytes: Buffer.alloc(70_000, 0x20) }, plugin],
      "an extended header has no measure",
    ],
    [
      "10,001 entries",
      [...Array.from({ length: 10_001 }, (_, index) => ({ path: `f${index}` })), plugin],
      "more than 10000 entries",
    ],
  ] as const satisfies readonly (readonly [string, readonly TestEntry[], string])[])(
    "%s",
    async (_, entries, reason) => {
      await expect(extracted([layer(...entries)])).rejects.toThrow(reason);
    },
  );

  test("a bomb, in little memory", async () => {
    // 300 MiB of zeros in 300 kB.
    const bomb = gzipSync(tarArchive({ path: "zeros", bytes: Buffer.alloc(300 * 1024 * 1024) }), {
      level: 1,
    });
    const before = process.memoryUsage();
    await expect(extracted([[mediaTypes.imageLayerTarGzip, bomb]])).rejects.toThrow(
      "it unpacks to more than 268435456 bytes",
    );
    const after = process.memoryUsage();
    expect(after.heapUsed + after.external - before.heapUsed - before.external).toBeLessThan(
      64 * 1024 * 1024,
    );
  });

  test.each([
    ["the tar", (tar: Buffer) => gzipSync(tar.subarray(0, 700)), "plugin.wasm breaks off"],
    ["the gzip", (tar: Buffer) => gzipSync(tar).subarray(0, 60), "its gzip breaks off"],
    ["the sum of a header", (tar: Buffer) => gzipSync(tar.fill("7", 148, 154)), "there is no tar header"],
    [
      "an end that is none",
      (tar: Buffer) => gzipSync(Buffer.concat([Buffer.alloc(512), tar])),
      "there is no tar header",
    ],
  ])("damage: %s", async (_, damaged, reason) => {
    const tar = tarArchive({ path: "plugin.wasm", bytes: new Uint8Array(2000) });
    await expect(extracted([[mediaTypes.imageLayerTarGzip, damaged(tar)]])).rejects.toThrow(reason);
  });

  test("what stands behind the end of the archive is not read", async () => {
    const tar = Buffer.concat([tarArchive({ path: "x" }), tarArchive(plugin)]);
    await expect(extracted([[mediaTypes.imageLayerTarGzip, gzipSync(tar)]])).rejects.toThrow(
      "no file plugin.wasm",
    );
  });
});

describe("an index", () => {
  const amd64 = { os: "linux", architecture: "amd64" };
  const arm64 = { os: "linux", architecture: "arm64" };

  test("gives the image for linux/amd64, or the one without a platform", async () => {
    const { store, descriptor } = await testImage([layer(plugin)]);
    const other = await testImage([text]);
    const manifests = [{ ...other.descriptor, platform: arm64 }];
    for (const image of [{ ...descriptor, platform: amd64 }, descriptor]) {
      const index = testIndex(store, [...manifests, image]);
      expect(extractModule(await inspected(index)).form).toBe("compat");
    }
  });

  test("without one says which there are", async () => {
    const { store, descriptor } = await testImage([layer(plugin)]);
    const index = await inspected(testIndex(store, [{ ...descriptor, platform: arm64 }]));
    expect(() => extractModule(index)).toThrow(
      "an index without an image for linux/amd64; it has linux/arm64",
    );
  });

  test("of an index is followed, and not for ever", async () => {
    const { store, descriptor } = await testImage([layer(plugin)]);
    let index = await testIndex(store, [descriptor]);
    index = await testIndex(store, [index.descriptor]);
    expect(extractModule(await inspected(index)).form).toBe("compat");
    for (let depth = 0; depth < 3; depth++) index = await testIndex(store, [index.descriptor]);
    await expect(inspected(index)).rejects.toThrow("an index of indexes, more than 4 deep");
  });

  test("that points to itself is refused, because its digest cannot be right", async () => {
    const { store, descriptor } = await testImage([layer(plugin)]);
    const index = await testIndex(store, [descriptor]);
    const looping = {
      fetch: async () =>
        (async function* () {
          yield Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: [index.descriptor] }));
        })(),
    };
    const { inspectImage } = await import("./index.js");
    await expect(inspectImage(looping, index.descriptor)).rejects.toThrow(/digest|bytes/);
  });
});

test("10,000 layers are refused", async () => {
  const layers = Array.from({ length: 10_000 }, () => text);
  await expect(extracted([...layers, layer(plugin)])).rejects.toThrow("10001 layers");
});
