/** Makes the image of a filter. Nothing depends on the machine, the day or the version of Node: the same input has the same digest. */
import { annotationKeys, type Descriptor, digestOf, mediaTypes, pack, pushBytes, type Pusher } from "oras-js";
import { storedGzip } from "./gzip.js";
import { type ImageLayout, layerTypes, MODULE_FILE } from "./layouts.js";
import { writeTar } from "./tar.js";

export interface FilterImage {
  readonly wasm: Uint8Array;
  readonly layout: ImageLayout;
  /** As the module's marker export says, e.g. `0.2.1`. */
  readonly abiVersion: string;
  /** The root id that the filter is registered under. */
  readonly rootId: string;
  /** Of the manifest, beside the ones that the layout asks for. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Seconds since 1970 (SOURCE_DATE_EPOCH); absent, the image carries no date but the one that `cncf` must have, 1970. */
  readonly created: number | undefined;
}

/** Pushes config, layers and manifest, in that order, and returns the manifest's descriptor. */
export async function pushFilterImage(to: Pusher, image: FilterImage): Promise<Descriptor> {
  const { config, layers, annotations } = await parts[image.layout](to, image);
  return pack(to, {
    config,
    layers,
    annotations: {
      ...image.annotations,
      ...annotations,
      ...(image.created === undefined ? {} : { [annotationKeys.created]: isoDate(image.created) }),
    },
  });
}

interface ImageParts {
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
}

const parts: Readonly<Record<ImageLayout, (to: Pusher, image: FilterImage) => Promise<ImageParts>>> = {
  async compat(to, { wasm, created }) {
    const tar = await writeTar({ name: MODULE_FILE, bytes: wasm, mtime: created ?? 0 });
    const config = {
      ...(created === undefined ? {} : { created: isoDate(created) }),
      // Nobody who loads a filter looks at the platform, but an index made of this image takes it over, and Istio
      // reads linux/amd64 from an index and nothing else.
      architecture: "amd64",
      os: "linux",
      config: {},
      rootfs: { type: "layers", diff_ids: [digestOf(tar)] },
    };
    return {
      config: await pushJson(to, mediaTypes.imageConfig, config),
      layers: [await pushBytes(to, mediaTypes.imageLayerTarGzip, storedGzip(tar))],
      annotations: { "module.wasm.image/variant": "compat" },
    };
  },

  async oci(to, { wasm, abiVersion, rootId }) {
    // Beside the layer it is the image's config too, where the only tool that reads this file (wasme) looks for it.
    const config = await pushJson(to, layerTypes.moduleConfig, {
      type: "envoy_proxy",
      abiVersions: [abiVersion],
      config: { rootIds: [rootId] },
    });
    return {
      config,
      layers: [
        { ...config, annotations: { [annotationKeys.title]: "runtime-config.json" } },
        await pushBytes(to, layerTypes.module, wasm, {
          annotations: { [annotationKeys.title]: "filter.wasm" },
        }),
      ],
    };
  },

  async cncf(to, { wasm, created }) {
    const layer = await pushBytes(to, layerTypes.wasm, wasm, {
      annotations: { [annotationKeys.title]: MODULE_FILE },
    });
    const config = await pushJson(to, layerTypes.wasmConfig, {
      created: isoDate(created ?? 0),
      architecture: "wasm",
      os: "wasip1",
      layerDigests: [layer.digest],
    });
    return { config, layers: [layer] };
  },
};

function pushJson(to: Pusher, mediaType: string, value: object): Promise<Descriptor> {
  return pushBytes(to, mediaType, Buffer.from(JSON.stringify(value)));
}

function isoDate(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
