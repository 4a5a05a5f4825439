/**
 * The "compat" image: an OCI image whose one layer is a tar+gzip with plugin.wasm, the form that Istio, Envoy Gateway
 * and Higress all load (oci.md 1.3). Made of the module and two dates, it always comes out with the same digest.
 */
import { gzipSync } from "node:zlib";
import { annotationKeys, type Descriptor, digestOf, mediaTypes, pack, pushBytes, type Pusher } from "oras-js";
import { writeTar } from "./tar.js";

/** Where every consumer looks for the module. */
export const MODULE_FILE = "plugin.wasm";

export interface CompatImage {
  readonly wasm: Uint8Array;
  readonly title: string;
  readonly version: string | undefined;
  /** Seconds since 1970 (SOURCE_DATE_EPOCH); absent, the image carries no date at all. */
  readonly created: number | undefined;
}

/** Pushes config, layer and manifest, in that order, and returns the manifest's descriptor. */
export async function pushCompatImage(to: Pusher, image: CompatImage): Promise<Descriptor> {
  const tar = writeTar({ name: MODULE_FILE, bytes: image.wasm, mtime: image.created ?? 0 });
  const layer = await pushBytes(to, mediaTypes.imageLayerTarGzip, gzip(tar));
  const created =
    image.created === undefined ? {} : { created: new Date(image.created * 1000).toISOString() };
  const config = {
    ...created,
    // Nobody who loads a filter looks at the platform, but an index made of this image takes it over, and
    // Istio reads linux/amd64 from an index and nothing else.
    architecture: "amd64",
    os: "linux",
    config: {},
    rootfs: { type: "layers", diff_ids: [digestOf(tar)] },
  };
  return pack(to, {
    config: await pushBytes(to, mediaTypes.imageConfig, Buffer.from(JSON.stringify(config))),
    layers: [layer],
    annotations: {
      "module.wasm.image/variant": "compat",
      [annotationKeys.title]: image.title,
      ...(image.version === undefined ? {} : { [annotationKeys.version]: image.version }),
      ...(image.created === undefined ? {} : { [annotationKeys.created]: created.created! }),
    },
  });
}

/**
 * RFC 1952 2.3: the time is 0 already; the operating system becomes 255, "unknown", where zlib writes the one it runs on.
 */
function gzip(bytes: Uint8Array): Uint8Array {
  const compressed = gzipSync(bytes, { level: 9 });
  compressed[9] = 255;
  return compressed;
}
