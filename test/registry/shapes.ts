import { gzipSync } from "node:zlib";
import { type Descriptor, mediaTypes, pushBytes, type Pusher } from "oras-js";
import { type TarEntry, tarOf } from "./tar.js";

/** A shape that an image of a filter may have, and whether Istio's fetcher loads it. */
export type Shape = {
  readonly name: string;
  readonly loads: boolean;
  /** Asked for by its digest too, as one pins an image. */
  readonly pinned?: true;
} & (ImageShape | { readonly index: IndexShape });

interface ImageShape {
  readonly layers: readonly Layer[];
  /** Default: an OCI image's. */
  readonly config?: Layer;
  readonly manifestType?: string;
  /** Members to add to the manifest; one that is undefined is left out. */
  readonly more?: object;
}

/** An index whose one entry is an image. */
interface IndexShape {
  readonly image: ImageShape;
  readonly platform?: object;
  /** How many stand in one another. */
  readonly depth?: number;
}

interface Layer {
  readonly type: string;
  readonly bytes: Uint8Array;
}

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const { imageLayerTarGzip: tarGzip, dockerLayerTarGzip: dockerTarGzip } = mediaTypes;
const SOLO = "application/vnd.module.wasm.content.layer.v1+wasm";
const SOLO_CONFIG = "application/vnd.module.wasm.config.v1+json";
const WASM = "application/wasm";
const WASM_CONFIG = "application/vnd.wasm.config.v0+json";

const imageConfig: Layer = {
  type: mediaTypes.imageConfig,
  bytes: json({ architecture: "amd64", os: "linux", rootfs: { type: "layers", diff_ids: [] } }),
};
const cncfConfig: Layer = {
  type: WASM_CONFIG,
  bytes: json({ architecture: "wasm", os: "wasip1", layerDigests: [] }),
};
const soloConfig: Layer = { type: SOLO_CONFIG, bytes: json({}) };
const readme: Layer = { type: "text/markdown", bytes: Buffer.from("# A filter\n") };
const spec: Layer = { type: "application/vnd.example.spec.v1+yaml", bytes: Buffer.from("name: filter\n") };
const noModule = Buffer.from("#!/bin/sh\nexit 0\n");

const solo = (bytes: Uint8Array): Layer => ({ type: SOLO, bytes });
const bare = (bytes: Uint8Array): Layer => ({ type: WASM, bytes });
/** A layer that is called a tar+gzip, and is one. */
const packedTar = (...entries: readonly TarEntry[]): Layer => gzipped(tarOf(...entries));
const plainTar = (bytes: Uint8Array): Buffer => tarOf({ name: "plugin.wasm", bytes });
const gzipped = (bytes: Uint8Array): Layer => ({ type: tarGzip, bytes: gzipSync(bytes) });
const packed = (bytes: Uint8Array, name = "plugin.wasm"): Layer => packedTar({ name, bytes });
/** The module behind a file so large that it ends in the last of the blocks that Istio reads, or so many blocks later. */
function behindZeros(wasm: Uint8Array, blocksTooMany: number): Layer {
  const limit = 256 * 1024 * 1024;
  const blocks = Math.floor((limit - 2 * 512 - wasm.byteLength) / 512) + blocksTooMany;
  const tar = tarOf(
    { name: "zeros", bytes: Buffer.alloc(blocks * 512) },
    { name: "plugin.wasm", bytes: wasm },
  );
  return { type: tarGzip, bytes: gzipSync(tar, { level: 1 }) };
}
const half = ({ type, bytes }: Layer): Layer => ({ type, bytes: bytes.subarray(0, bytes.byteLength / 2) });
/** The same bytes under another name. */
const called = (type: string, { bytes }: Layer): Layer => ({ type, bytes });

const amd64 = { os: "linux", architecture: "amd64" };

type Family = (wasm: Uint8Array) => readonly Shape[];

/** An OCI image whose last layer is a tar+gzip. */
const compat: Family = (wasm) => [
  { name: "compat", loads: true, pinned: true, layers: [packed(wasm)] },
  {
    name: "compat with an empty config",
    loads: true,
    layers: [packed(wasm)],
    config: { type: mediaTypes.emptyJson, bytes: json({}) },
  },
  {
    name: "compat, plugin.wasm in a folder",
    loads: true,
    layers: [packed(wasm, "filters/plugin.wasm")],
  },
  { name: "compat, ./plugin.wasm", loads: true, layers: [packed(wasm, "./plugin.wasm")] },
  { name: "compat, another file name", loads: false, layers: [packed(wasm, "filter.wasm")] },
  {
    name: "compat, a file before plugin.wasm",
    loads: true,
    layers: [
      packedTar({ name: "runtime-config.json", bytes: json({}) }, { name: "plugin.wasm", bytes: wasm }),
    ],
  },
  {
    name: "compat, two plugin.wasm of which the second is the module",
    loads: false,
    layers: [packedTar({ name: "a/plugin.wasm", bytes: noModule }, { name: "plugin.wasm", bytes: wasm })],
  },
  {
    name: "compat, plugin.wasm is a symbolic link",
    loads: false,
    layers: [packedTar({ name: "plugin.wasm", type: "2", linkName: "filter.wasm" })],
  },
  { name: "compat, the module ends within 256 MiB", loads: true, layers: [behindZeros(wasm, 0)] },
  { name: "compat, the module ends behind 256 MiB", loads: false, layers: [behindZeros(wasm, 1)] },
  { name: "compat, plugin.wasm is no module", loads: false, layers: [packed(noModule)] },
  { name: "compat, plugin.wasm is empty", loads: false, layers: [packed(Buffer.of())] },
  { name: "compat, the layer is a gzip without tar", loads: false, layers: [gzipped(wasm)] },
  {
    name: "compat, the layer is a tar without gzip",
    loads: false,
    layers: [{ type: tarGzip, bytes: plainTar(wasm) }],
  },
  {
    name: "compat, the gzip breaks off",
    loads: false,
    layers: [half(packed(wasm))],
  },
  {
    name: "compat, an uncompressed layer that says so",
    loads: false,
    layers: [{ type: mediaTypes.imageLayerTar, bytes: plainTar(wasm) }],
  },
  {
    name: "compat, called zstd",
    loads: false,
    layers: [called(mediaTypes.imageLayerTarZstd, packed(wasm))],
  },
  {
    name: "compat, called docker's tar.gzip",
    loads: false,
    layers: [called(dockerTarGzip, packed(wasm))],
  },
  { name: "three layers, the tar+gzip last", loads: true, layers: [spec, readme, packed(wasm)] },
  {
    name: "three layers, the tar+gzip in the middle",
    loads: false,
    layers: [spec, packed(wasm), readme],
  },
  { name: "no layers", loads: false, layers: [] },
];

/** With Docker's manifest. */
const docker: Family = (wasm) => [
  {
    name: "docker",
    loads: true,
    layers: [called(dockerTarGzip, packed(wasm))],
    manifestType: mediaTypes.dockerManifest,
    config: { type: "application/vnd.docker.container.image.v1+json", bytes: imageConfig.bytes },
  },
  {
    name: "docker's manifest, OCI's layer",
    loads: false,
    layers: [packed(wasm)],
    manifestType: mediaTypes.dockerManifest,
  },
  {
    name: "docker's manifest, the two layers of oci",
    loads: false,
    layers: [soloConfig, solo(wasm)],
    manifestType: mediaTypes.dockerManifest,
  },
];

/** Exactly two layers, one of them the bare module. */
const oci: Family = (wasm) => [
  { name: "oci", loads: true, pinned: true, layers: [soloConfig, solo(wasm)], config: soloConfig },
  {
    name: "oci, the other way round",
    loads: true,
    layers: [solo(wasm), soloConfig],
    config: soloConfig,
  },
  { name: "oci, a readme for the configuration", loads: true, layers: [solo(wasm), readme] },
  {
    name: "oci with an artifactType",
    loads: true,
    layers: [soloConfig, solo(wasm)],
    more: { artifactType: "application/vnd.example.filter" },
  },
  {
    name: "oci by image-spec 1.0, without mediaType",
    loads: true,
    layers: [soloConfig, solo(wasm)],
    more: { mediaType: undefined },
  },
  { name: "oci, the module alone", loads: false, layers: [solo(wasm)], config: soloConfig },
  { name: "oci, a readme beside both", loads: false, layers: [soloConfig, solo(wasm), readme] },
  { name: "oci, what is called a module is none", loads: false, layers: [soloConfig, solo(noModule)] },
  {
    name: "oci, a module and a tar+gzip before it",
    loads: true,
    layers: [packed(wasm, "docs.md"), solo(wasm)],
  },
  {
    name: "oci, a module and a tar+gzip behind it",
    loads: true,
    layers: [solo(wasm), packed(wasm)],
  },
];

/** The CNCF's form, and mixtures. */
const cncf: Family = (wasm) => [
  { name: "cncf", loads: false, layers: [bare(wasm)], config: cncfConfig },
  {
    name: "cncf with the two layers of oci",
    loads: true,
    layers: [soloConfig, solo(wasm)],
    config: cncfConfig,
  },
  {
    name: "cncf, a tar+gzip behind it",
    loads: true,
    layers: [bare(wasm), packed(wasm)],
    config: cncfConfig,
  },
  { name: "one blob, first as application/wasm", loads: false, layers: [bare(wasm), solo(wasm)] },
  { name: "one blob, last as application/wasm", loads: true, layers: [solo(wasm), bare(wasm)] },
  {
    name: "wasm-to-oci",
    loads: false,
    layers: [{ type: "application/vnd.wasm.content.layer.v1+wasm", bytes: wasm }],
    config: { type: "application/vnd.wasm.config.v1+json", bytes: json({}) },
  },
];

const indexes: Family = (wasm) => [
  {
    name: "an index for linux/amd64",
    loads: true,
    index: { image: { layers: [packed(wasm)] }, platform: amd64 },
  },
  { name: "an index without platform", loads: true, index: { image: { layers: [packed(wasm)] } } },
  {
    name: "an index for linux/arm64",
    loads: false,
    index: { image: { layers: [packed(wasm)] }, platform: { os: "linux", architecture: "arm64" } },
  },
  {
    name: "an index for wasm/wasip1",
    loads: false,
    index: { image: { layers: [packed(wasm)] }, platform: { os: "wasip1", architecture: "wasm" } },
  },
  {
    name: "an index for linux/amd64, pinned",
    loads: false,
    pinned: true,
    index: { image: { layers: [packed(wasm)] }, platform: amd64 },
  },
  {
    name: "an index of an index",
    loads: true,
    index: { image: { layers: [packed(wasm)] }, platform: amd64, depth: 2 },
  },
];

/** Good and bad ones with this module in them. What is said of each was asked of the fetcher. */
export const shapesOf: Family = (wasm) =>
  [compat, docker, oci, cncf, indexes].flatMap((family) => family(wasm));

/** Puts a shape into a registry; gives what its tag stands for. */
export async function putShape(shape: Shape, to: Pusher): Promise<Descriptor> {
  if ("layers" in shape) return putImage(shape, to);
  const { image, platform, depth = 1 } = shape.index;
  let entry = await putImage(image, to);
  for (let level = 0; level < depth; level++) {
    const manifests = [{ ...entry, ...(platform === undefined ? {} : { platform }) }];
    const index = { schemaVersion: 2, mediaType: mediaTypes.imageIndex, manifests };
    entry = await pushBytes(to, mediaTypes.imageIndex, json(index));
  }
  return entry;
}

async function putImage(
  { layers, config = imageConfig, manifestType = mediaTypes.imageManifest, more }: ImageShape,
  to: Pusher,
): Promise<Descriptor> {
  const put = ({ type, bytes }: Layer) => pushBytes(to, type, bytes);
  const manifest = {
    schemaVersion: 2,
    mediaType: manifestType,
    config: await put(config),
    layers: [] as Descriptor[],
    ...more,
  };
  for (const layer of layers) manifest.layers.push(await put(layer));
  return pushBytes(to, manifestType, json(manifest));
}
