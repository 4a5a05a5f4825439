/** Images of any shape in a store of their own, for tests. */
import { type Descriptor, type ImageManifest, mediaTypes, MemoryStore, pack, pushBytes } from "oras-js";
import { type InspectedImage, inspectImage } from "../image/index.js";

export type TestLayer = readonly [mediaType: string, bytes: Uint8Array];

export interface TestImage {
  readonly store: MemoryStore;
  readonly descriptor: Descriptor;
}

export async function testImage(
  layers: readonly TestLayer[],
  options: {
    readonly config?: TestLayer;
    readonly manifestType?: ImageManifest["mediaType"];
  } = {},
): Promise<TestImage> {
  const store = new MemoryStore();
  const config: TestLayer = options.config ?? [mediaTypes.imageConfig, Buffer.from("{}")];
  const pushed = { config: await pushBytes(store, ...config), layers: [] as Descriptor[] };
  for (const layer of layers) pushed.layers.push(await pushBytes(store, ...layer));
  if (options.manifestType === undefined && layers.length > 0) {
    return { store, descriptor: await pack(store, pushed) };
  }
  const mediaType = options.manifestType ?? mediaTypes.imageManifest;
  const manifest = { schemaVersion: 2, mediaType, ...pushed };
  return { store, descriptor: await pushBytes(store, mediaType, Buffer.from(JSON.stringify(manifest))) };
}

/** An index of images in one store. */
export async function testIndex(
  store: MemoryStore,
  manifests: readonly (Descriptor & {
    readonly platform?: { readonly os: string; readonly architecture: string };
  })[],
): Promise<TestImage> {
  const index = { schemaVersion: 2, mediaType: mediaTypes.imageIndex, manifests };
  const descriptor = await pushBytes(store, mediaTypes.imageIndex, Buffer.from(JSON.stringify(index)));
  return { store, descriptor };
}

export async function inspected(
  image: TestImage | Promise<TestImage>,
  options?: { readonly byDigest?: boolean },
): Promise<InspectedImage> {
  const { store, descriptor } = await image;
  return inspectImage(store, descriptor, options);
}
