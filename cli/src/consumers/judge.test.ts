import { gzipSync } from "node:zlib";
import { idlePlugin } from "as-proxy-wasm-sim";
import { digestOf, mediaTypes } from "oras-js";
import { describe, expect, test } from "vitest";
import { layerTypes } from "../image/index.js";
import { tarArchive, type TestEntry } from "../testing/tar-archive.js";
import { inspected, testImage, testIndex, type TestLayer } from "../testing/test-image.js";
import { consumers, google, istio, judge, wkg } from "./index.js";

const wasm = idlePlugin.vmConfig.code;
const plugin: TestEntry = { path: "plugin.wasm", bytes: wasm };
const archive = (...entries: readonly TestEntry[]): TestLayer => [
  mediaTypes.imageLayerTarGzip,
  gzipSync(tarArchive(...entries)),
];
const bare: TestLayer = [layerTypes.module, wasm];
const text: TestLayer = ["text/plain", Buffer.from("notes")];

const asked = async (layers: readonly TestLayer[], options?: Parameters<typeof testImage>[1], by = istio) =>
  judge(by, await inspected(testImage(layers, options)));

test("an image that loads has the digest of its module", async () => {
  expect(await asked([archive(plugin)])).toEqual({
    consumer: "istio",
    loads: true,
    form: "compat",
    wasmDigest: digestOf(wasm),
    warnings: [],
  });
});

test.each([
  ["no layers", [], "layout", "it has no layers"],
  ["one bare layer", [bare], "two-layers", "it has one layer where two are needed"],
  ["another type", [["application/wasm", wasm]], "layout", "it has one layer (application/wasm)"],
  ["a plain tar", [[mediaTypes.imageLayerTar, tarArchive(plugin)]], "last-layer", "layer.v1.tar"],
  ["no plugin.wasm", [archive({ path: "a.wasm" })], "plugin.wasm", "holds no file plugin.wasm"],
  ["no module", [archive({ path: "plugin.wasm", bytes: Buffer.alloc(8) })], "wasm", "is none"],
  ["a module without ABI", [archive({ path: "plugin.wasm", bytes: wasm.subarray(0, 8) })], "envoy", "ABI"],
] as const)("Istio refuses %s by the rule", async (_, layers, rule, problem) => {
  expect(await asked(layers)).toMatchObject({
    loads: false,
    broken: { rule, problem: expect.stringContaining(problem) as string },
  });
});

test("one digest under two types is of the type that comes first, as for go-containerregistry", async () => {
  expect(await asked([["application/wasm", wasm], bare])).toMatchObject({ loads: false });
  expect(await asked([bare, ["application/wasm", wasm]])).toMatchObject({ loads: true, form: "oci" });
  expect(await asked([text, bare], { config: ["application/json", wasm] })).toMatchObject({ loads: false });
});

test("what should not be unpacked loads, with a warning", async () => {
  expect(await asked([archive(plugin, { path: "../evil" })])).toMatchObject({
    loads: true,
    warnings: [{ rule: "unpack", problem: "in its layer, ../evil leads out of the folder" }],
  });
});

describe("an index", () => {
  const index = async (architecture: string) => {
    const { store, descriptor } = await testImage([archive(plugin)]);
    return testIndex(store, [{ ...descriptor, platform: { os: "linux", architecture } }]);
  };

  test("loads by tag, with a word on what to pin", async () => {
    expect(judge(istio, await inspected(index("amd64")))).toMatchObject({
      loads: true,
      warnings: [{ rule: "index" }],
    });
  });

  test("does not load by its digest", async () => {
    expect(judge(istio, await inspected(index("amd64"), { byDigest: true }))).toMatchObject({
      broken: { rule: "index-digest" },
    });
  });

  test("loads nowhere without an image for linux/amd64", async () => {
    const image = await inspected(index("arm64"));
    for (const consumer of consumers) {
      expect(judge(consumer, image)).toMatchObject({ loads: false, broken: { rule: "platform" } });
    }
  });
});

test("Google takes one file, and a module that asks for what its host has", async () => {
  expect(await asked([text, archive(plugin)], {}, google)).toMatchObject({ broken: { rule: "single-file" } });
  expect(await asked([archive(plugin, { path: "README" })], {}, google)).toMatchObject({
    broken: { rule: "single-file", problem: "it holds 2 files" },
  });
});

test("wkg wants the CNCF's config beside the one layer", async () => {
  const layers = [["application/wasm", wasm]] as const;
  expect(await asked(layers, {}, wkg)).toMatchObject({ broken: { rule: "wasm-config" } });
  const config: TestLayer = [layerTypes.wasmConfig, Buffer.from("{}")];
  expect(await asked(layers, { config }, wkg)).toMatchObject({ loads: true, form: "cncf" });
});
