import { expect, test } from "vitest";
import { fetchBytes, pushBytes } from "./content.js";
import { copy } from "./copy.js";
import { describe as descriptorOf } from "./descriptor.js";
import { fetchManifest } from "./manifest.js";
import { mediaTypes } from "./media-types.js";
import { MemoryStore } from "./memory-store.js";
import { pack } from "./pack.js";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

async function greeting(store: MemoryStore) {
  const layer = await pushBytes(store, "text/plain", encode("hello"), {
    annotations: { "org.opencontainers.image.title": "a.txt" },
  });
  const manifest = await pack(store, {
    artifactType: "application/vnd.example.greeting",
    layers: [layer, layer],
  });
  await store.tag(manifest, "v1");
  return { layer, manifest };
}

test("pack gives the same digest for the same input, whatever the order of the annotations", async () => {
  const store = new MemoryStore();
  const one = await pack(store, { artifactType: "a/b", annotations: { x: "1", a: "2" } });
  const two = await pack(store, { artifactType: "a/b", annotations: { a: "2", x: "1" } });
  expect(one).toEqual(two);
  const manifest = await fetchManifest(store, one);
  expect(manifest.config.mediaType).toBe(mediaTypes.emptyJson);
  expect(manifest.layers).toEqual([manifest.config]);
  expect(manifest.annotations).toEqual({ a: "2", x: "1" });
});

test("pack refuses a manifest that does not say what it is", async () => {
  await expect(pack(new MemoryStore(), { layers: [] })).rejects.toMatchObject({ code: "ORAS_INVALID_PACK" });
  await expect(pack(new MemoryStore(), { artifactType: "nonsense" })).rejects.toMatchObject({
    code: "ORAS_INVALID_DESCRIPTOR",
  });
});

test("copy sends blobs before the manifest, every blob once, and nothing twice", async () => {
  const from = new MemoryStore();
  const { layer, manifest } = await greeting(from);
  const to = new MemoryStore();
  const log: string[] = [];
  const options = {
    onCopied: (what: { mediaType: string }, how: string) => log.push(`${how} ${what.mediaType}`),
  };
  expect(await copy(from, "v1", to, "stable", options)).toEqual(manifest);
  expect(log.toSorted()).toEqual(
    [`copied ${mediaTypes.imageManifest}`, `copied ${mediaTypes.emptyJson}`, "copied text/plain"].toSorted(),
  );
  expect(log.at(-1)).toBe(`copied ${mediaTypes.imageManifest}`);
  expect(await to.resolve("stable")).toEqual(manifest);
  expect(new TextDecoder().decode(await fetchBytes(to, layer))).toBe("hello");

  log.length = 0;
  await copy(from, manifest.digest, to, undefined, options);
  expect(log).toEqual([`existed ${mediaTypes.imageManifest}`]);
});

test("copy takes an index with its images", async () => {
  const from = new MemoryStore();
  const { manifest } = await greeting(from);
  const index = encode(
    JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.imageIndex, manifests: [manifest] }),
  );
  await from.tag(await pushBytes(from, mediaTypes.imageIndex, index), "all");
  const to = new MemoryStore();
  await copy(from, "all", to);
  expect(await to.exists(manifest)).toBe(true);
});

test("a manifest that is not what it claims is not copied", async () => {
  const from = new MemoryStore();
  const cases = [
    ["not json", /is not JSON/],
    ["[]", /not a JSON object/],
    ['{"schemaVersion":1}', /schemaVersion/],
    [`{"schemaVersion":2,"mediaType":"${mediaTypes.imageIndex}","layers":[]}`, /calls itself/],
    ['{"schemaVersion":2,"layers":[],"manifests":[]}', /does not allow/],
    ['{"schemaVersion":2}', /no layers/],
    [
      '{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"sha256:../x","size":1},"layers":[]}',
      /not a sha256 digest/,
    ],
  ] as const;
  for (const [text, message] of cases) {
    await from.tag(await pushBytes(from, mediaTypes.imageManifest, encode(text)), "bad");
    const to = new MemoryStore();
    await expect(copy(from, "bad", to), text).rejects.toThrow(message);
    await expect(to.resolve("bad")).rejects.toMatchObject({ code: "ORAS_NOT_FOUND" });
  }
});

test("a missing layer fails the copy and leaves no tag", async () => {
  const from = new MemoryStore();
  const missing = descriptorOf("text/plain", encode("never pushed"));
  await from.tag(await pack(from, { artifactType: "a/b", layers: [missing] }), "v1");
  const to = new MemoryStore();
  await expect(copy(from, "v1", to)).rejects.toMatchObject({ code: "ORAS_NOT_FOUND" });
  await expect(to.resolve("v1")).rejects.toMatchObject({ code: "ORAS_NOT_FOUND" });
});

test("an aborted copy rejects with the signal's reason", async () => {
  const from = new MemoryStore();
  await greeting(from);
  const signal = AbortSignal.abort(new Error("enough"));
  await expect(copy(from, "v1", new MemoryStore(), "v1", { signal })).rejects.toThrow("enough");
});

test("copy takes the image for a platform out of an index, and names those there are", async () => {
  const from = new MemoryStore();
  const image = async (architecture: string) => {
    const text = JSON.stringify({ os: "linux", architecture, rootfs: { type: "layers", diff_ids: [] } });
    const config = await pushBytes(from, mediaTypes.imageConfig, encode(text));
    return { ...(await pack(from, { config })), platform: { os: "linux", architecture } };
  };
  const arm = await image("arm64");
  const amd = await image("amd64");
  const index = JSON.stringify({ schemaVersion: 2, manifests: [arm, amd] });
  await from.tag(await pushBytes(from, mediaTypes.imageIndex, encode(index)), "all");
  const platform = { os: "linux", architecture: "amd64" };
  const to = new MemoryStore();
  expect((await copy(from, "all", to, "amd", { platform })).digest).toBe(amd.digest);
  expect(await to.exists(arm)).toBe(false);
  expect((await copy(to, "amd", to, "same", { platform })).digest).toBe(amd.digest);
  for (const [reference, known] of [
    ["all", "linux/arm64, linux/amd64"],
    [amd.digest, "linux/amd64"],
  ] as const) {
    const missing = copy(from, reference, to, "s390x", { platform: { os: "linux", architecture: "s390x" } });
    await expect(missing).rejects.toMatchObject({ code: "ORAS_NOT_FOUND", hint: `There is: ${known}.` });
  }
});

test("copy tells how far a blob is", async () => {
  const from = new MemoryStore();
  const { layer } = await greeting(from);
  const progress: number[] = [];
  await copy(from, "v1", new MemoryStore(), "v1", {
    onProgress: ({ digest }, count) => digest === layer.digest && progress.push(count),
  });
  expect(progress).toEqual([5]);
});

test("10,000 layers and an index that goes in circles by nesting are refused", async () => {
  const from = new MemoryStore();
  const layer = await pushBytes(from, "text/plain", encode("hello"));
  const many = await pack(from, { artifactType: "a/b", layers: Array(10_000).fill(layer) });
  await expect(copy(from, many.digest, new MemoryStore())).rejects.toMatchObject({ code: "ORAS_TOO_LARGE" });
  let nested = await pack(from, { artifactType: "a/b" });
  for (let depth = 0; depth < 6; depth++) {
    const text = JSON.stringify({ schemaVersion: 2, manifests: [nested] });
    nested = await pushBytes(from, mediaTypes.imageIndex, encode(text));
  }
  await expect(copy(from, nested.digest, new MemoryStore())).rejects.toMatchObject({
    code: "ORAS_INVALID_MANIFEST",
  });
});
