import assert from "node:assert/strict";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type Descriptor, digestOf, mediaTypes } from "oras-js";
import { end, startRegistry, type TestRegistry } from "../../../oras-js/src/testing/registry.js";
import { repository } from "../../lab/index.js";
import type { Bench } from "../bench.js";
import { asProxyWasm } from "../clients/as-proxy-wasm.js";
import { emptyModule } from "../compat-image.js";
import { type TarEntry, tarOf } from "../tar.js";

const MiB = 1024 * 1024;
/** Of a whole process, of which Node alone is some 50. */
const maxPeakMiB = 300;

interface HostileImage {
  readonly name: string;
  /** Gives what the tag `v1` stands for. */
  readonly image: (registry: TestRegistry) => Descriptor;
  /** What `pull` says. */
  readonly said: RegExp;
  /** What `copy` to a folder says; absent: layers are no matter to it. */
  readonly copySaid?: RegExp;
}

const plugin: TarEntry = { name: "plugin.wasm", bytes: emptyModule };

/** An image whose one layer is a tar with these entries. */
const withTar =
  (...entries: readonly TarEntry[]) =>
  (registry: TestRegistry): Descriptor =>
    putImage(registry, [putLayer(registry, gzipSync(tarOf(...entries)))]);

const hostileImages: readonly HostileImage[] = [
  {
    name: "a path that leads out of the folder",
    image: withTar({ ...plugin, name: "../../plugin.wasm" }),
    said: /leads out of the folder/,
  },
  {
    name: "an absolute path beside the module",
    image: withTar({ ...plugin, name: "/etc/profile.d/plugin.sh" }, plugin),
    said: /is an absolute path/,
  },
  {
    name: "a symbolic link in the module's place",
    image: withTar({ name: "plugin.wasm", type: "2", linkName: "/etc/passwd" }),
    said: /is a symbolic link/,
  },
  {
    name: "a hard link in the module's place",
    image: withTar({ name: "plugin.wasm", type: "1", linkName: "/etc/passwd" }),
    said: /is a link/,
  },
  {
    name: "a device in the module's place",
    image: withTar({ name: "plugin.wasm", type: "3" }),
    said: /is a device/,
  },
  {
    name: "a pipe beside the module",
    image: withTar({ name: "pipe", type: "6" }, plugin),
    said: /is a pipe/,
  },
  {
    name: "a bomb: 4 GiB before the module, packed into 4 MiB",
    image: (registry) => putImage(registry, [putLayer(registry, bomb("padding", 4096))]),
    said: /unpacks to more than 268435456 bytes/,
  },
  {
    name: "a bomb in the module's place",
    image: (registry) => putImage(registry, [putLayer(registry, bomb("plugin.wasm", 4096))]),
    said: /unpacks to more than 268435456 bytes/,
  },
  {
    name: "a hundred thousand entries",
    image: withTar(...Array.from({ length: 100_000 }, (_, n) => ({ name: `${n}` })), plugin),
    said: /more than 10000 entries/,
  },
  {
    name: "a layer that claims to be of 1 TiB",
    image: (registry) => {
      const layer = putLayer(registry, gzipSync(tarOf(plugin)));
      return putImage(registry, [{ ...layer, size: 2 ** 40 }]);
    },
    said: /1099511627776 bytes/,
    copySaid: /1099511627776 (bytes )?were announced/,
  },
  {
    name: "10,000 layers",
    image: (registry) => {
      const layers = Array.from({ length: 10_000 }, (_, n) => putLayer(registry, Buffer.from(`${n}`)));
      return putImage(registry, layers);
    },
    said: /10000 layers|lists 10001 pieces/,
    copySaid: /lists 10001 pieces of content/,
  },
  {
    name: "indexes of indexes, ten deep",
    image: (registry) => {
      let inner = withTar(plugin)(registry);
      for (let depth = 0; depth < 10; depth++) inner = putIndex(registry, [inner]);
      return inner;
    },
    said: /index of indexes, more than 4 deep/,
    copySaid: /deep/,
  },
  {
    name: "an index that comes back for every digest",
    image: (registry) => {
      const index = putIndex(registry, [
        { mediaType: mediaTypes.imageIndex, digest: digestOf(emptyModule), size: 300 },
      ]);
      registry.intercept = ({ path }, response) => {
        const found = registry.manifests.get(index.digest);
        if (!path.includes("/manifests/sha256:") || found === undefined) return false;
        end(response, 200, { "content-type": found.mediaType }, found.bytes);
        return true;
      };
      return index;
    },
    said: /has (only )?\d+ bytes/,
    copySaid: /has (only )?\d+ bytes/,
  },
  {
    name: "a manifest of 8 MiB",
    image: (registry) => put(registry, mediaTypes.imageManifest, Buffer.alloc(8 * MiB, " ")),
    said: /4194304/,
    copySaid: /4194304/,
  },
  {
    name: "what is called a module and is none",
    image: withTar({ name: "plugin.wasm", bytes: Buffer.from("#!/bin/sh\n") }),
    said: /not a wasm module/,
  },
];

/** What a hostile registry sends: refused in a sentence, nothing written, no more memory than there should be. */
export async function checkHostile(bench: Bench): Promise<void> {
  for (const { name, image, said, copySaid } of hostileImages) {
    await bench.checks.check(`pull refuses ${name}`, () =>
      refused(bench, image, ["pull", "-o", "out.wasm"], said),
    );
    if (copySaid === undefined) continue;
    await bench.checks.check(`copy refuses ${name}`, () =>
      refused(bench, image, ["copy", "./out.tar"], copySaid),
    );
  }
}

/** Runs a verb in the depth of an empty folder, which has to stay so, wherever paths lead to. */
async function refused(
  bench: Bench,
  image: HostileImage["image"],
  [verb = "", ...words]: readonly string[],
  said: RegExp,
): Promise<void> {
  const registry = await startRegistry();
  try {
    registry.manifests.set("v1", registry.manifests.get(image(registry).digest)!);
    const folder = await bench.freshFolder("hostile");
    const cwd = join(folder, "a", "b", "c");
    await mkdir(cwd, { recursive: true });
    const peakFile = `${folder}.peak`;
    const { stdout, stderr } = await asProxyWasm([verb, `${registry.host}/hostile:v1`, ...words], {
      expect: 1,
      cwd,
      env: {
        NODE_OPTIONS: `--require=${join(repository, "test", "registry", "peak-memory.cjs")}`,
        PEAK_MEMORY_FILE: peakFile,
      },
    });
    assert.equal(stdout, "");
    assert.match(stderr, said);
    assert.match(stderr, /^error: [^\n]+\n$/);
    assert.deepEqual((await readdir(folder, { recursive: true })).toSorted(), ["a", "a/b", "a/b/c"]);
    const peakMiB = Math.round(Number(await readFile(peakFile, "utf8")) / 1024);
    assert.ok(peakMiB <= maxPeakMiB, `it took ${peakMiB} MiB`);
  } finally {
    await registry.stop();
  }
}

/** A gzip file of members that are each a MiB of zeros: nothing has to be that large to make it. */
function bomb(name: string, mebibytes: number): Buffer {
  const head = tarOf({ name, size: mebibytes * MiB }).subarray(0, 512);
  const zeros = gzipSync(Buffer.alloc(MiB));
  return Buffer.concat([gzipSync(head), ...Array<Buffer>(mebibytes).fill(zeros), gzipSync(tarOf(plugin))]);
}

function putLayer(registry: TestRegistry, bytes: Buffer): Descriptor {
  const digest = digestOf(bytes);
  registry.blobs.set(digest, bytes);
  return { mediaType: mediaTypes.imageLayerTarGzip, digest, size: bytes.byteLength };
}

function putImage(registry: TestRegistry, layers: readonly Descriptor[]): Descriptor {
  const mediaType = mediaTypes.imageManifest;
  const config = { ...putLayer(registry, Buffer.from("{}")), mediaType: mediaTypes.imageConfig };
  return put(
    registry,
    mediaType,
    Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, config, layers })),
  );
}

function putIndex(registry: TestRegistry, manifests: readonly Descriptor[]): Descriptor {
  const mediaType = mediaTypes.imageIndex;
  return put(registry, mediaType, Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests })));
}

function put(registry: TestRegistry, mediaType: string, bytes: Buffer): Descriptor {
  const digest = digestOf(bytes);
  registry.manifests.set(digest, { mediaType, bytes });
  return { mediaType, digest, size: bytes.byteLength };
}
