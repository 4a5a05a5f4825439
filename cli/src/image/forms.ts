/** The forms in which images hold a module: what each demands of the image, in the order in which it shows, and where the module is then. */
import { type Descriptor, type Digest, type ImageManifest, mediaTypes } from "oras-js";
import { type LayerContents, maxModuleBytes } from "./layer-contents.js";
import { type ImageLayout, layerTypes, MODULE_FILE } from "./layouts.js";

/** The layouts that are made here, and the one that docker makes. */
export type ImageForm = ImageLayout | "docker";

export interface HeldImage {
  readonly manifest: ImageManifest;
  readonly contents: ReadonlyMap<Digest, LayerContents>;
}

/** A demand that an image does not meet. */
export interface Unmet {
  /** The demand's name: `last-layer`. */
  readonly demand: string;
  /** What the image has in its place, as a clause. */
  readonly because: string;
}

export interface FormRule {
  /** Whether the image is of the kind at all. */
  readonly applies: (manifest: ImageManifest) => boolean;
  /** Whether somebody seems to have meant this form: then its demands are what to talk about. */
  readonly resembles: (manifest: ImageManifest) => boolean;
  /** What it is, in a few words. */
  readonly summary: string;
  readonly find: (image: HeldImage) => Uint8Array | Unmet;
}

const isDocker = ({ mediaType }: ImageManifest): boolean => mediaType === mediaTypes.dockerManifest;
const isTar = ({ mediaType }: Descriptor): boolean => /[.+]tar([.+]|$)/.test(mediaType);
const hasLayer = (manifest: ImageManifest, type: string): boolean =>
  manifest.layers.some(({ mediaType }) => mediaType === type);

export const forms: Readonly<Record<ImageForm, FormRule>> = {
  docker: {
    summary: `a last layer of type ${mediaTypes.dockerLayerTarGzip} with ${MODULE_FILE} in it`,
    applies: isDocker,
    resembles: () => true,
    find: (image) => inLastLayer(image, mediaTypes.dockerLayerTarGzip),
  },
  compat: {
    summary: `a last layer of type ${mediaTypes.imageLayerTarGzip} with ${MODULE_FILE} in it`,
    applies: (manifest) => !isDocker(manifest),
    resembles: ({ layers }) => layers.length > 0 && isTar(layers.at(-1)!),
    find: (image) => inLastLayer(image, mediaTypes.imageLayerTarGzip),
  },
  oci: {
    summary: `exactly two layers, one of type ${layerTypes.module}`,
    applies: (manifest) => !isDocker(manifest),
    resembles: (manifest) => hasLayer(manifest, layerTypes.module),
    find: ({ manifest: { layers }, contents }) => {
      if (layers.length !== 2) return unmet("two-layers", `it has ${count(layers)} where two are needed`);
      const layer = layers.find(({ mediaType }) => mediaType === layerTypes.module);
      if (layer === undefined) {
        return unmet("module-layer", `neither of its layers is ${layerTypes.module}`);
      }
      return bare(layer, contents);
    },
  },
  cncf: {
    summary: `exactly one layer, of type ${layerTypes.wasm}, and a config of type ${layerTypes.wasmConfig}`,
    applies: () => true,
    resembles: (manifest) =>
      hasLayer(manifest, layerTypes.wasm) || manifest.config.mediaType === layerTypes.wasmConfig,
    find: ({ manifest: { config, layers }, contents }) => {
      const other = layers.find(({ mediaType }) => mediaType !== layerTypes.wasm);
      if (other !== undefined) return unmet("wasm-layers", `it has a layer of type ${other.mediaType}`);
      const [layer] = layers;
      if (layer === undefined || layers.length > 1) {
        return unmet("one-layer", `it has ${count(layers)} where one is needed`);
      }
      if (config.mediaType !== layerTypes.wasmConfig) {
        return unmet("wasm-config", `its config is ${config.mediaType}`);
      }
      return bare(layer, contents);
    },
  },
};

/** The module, by the first of the forms that the image has; else what is missing of the one that it resembles. */
export function findModule(
  image: HeldImage,
  wanted: readonly ImageForm[],
): { readonly form: ImageForm; readonly wasm: Uint8Array } | Unmet {
  const misses = new Map<ImageForm, Unmet>();
  for (const form of wanted.filter((name) => forms[name].applies(image.manifest))) {
    const found = forms[form].find(image);
    if (found instanceof Uint8Array) return { form, wasm: found };
    misses.set(form, found);
  }
  const meant = [...misses].find(([form]) => forms[form].resembles(image.manifest));
  return meant?.[1] ?? unmet("layout", `it has ${layerList(image.manifest)}`);
}

/** "two layers (text/plain, application/wasm)". */
export function layerList({ layers }: ImageManifest): string {
  const shown = layers.slice(0, 5).map(({ mediaType }) => mediaType);
  const types = [...shown, ...(layers.length > shown.length ? ["…"] : [])].join(", ");
  return layers.length === 0 ? "no layers" : `${count(layers)} (${types})`;
}

function inLastLayer({ manifest: { layers }, contents }: HeldImage, type: string): Uint8Array | Unmet {
  const last = layers.at(-1);
  if (last === undefined) return unmet("last-layer", "it has no layers");
  if (last.mediaType !== type) return unmet("last-layer", `its last layer is ${last.mediaType}`);
  const found = contents.get(last.digest);
  if (found?.archive === undefined) return unmet("size", tooLarge(last));
  const { wanted, fault } = found.archive;
  if (wanted === undefined && fault !== undefined) return unmet("tar-gzip", `of its last layer ${fault}`);
  if (wanted === undefined) return unmet("plugin.wasm", `its last layer holds no file ${MODULE_FILE}`);
  if (wanted.kind === "sparse file") {
    return unmet(
      "plugin.wasm",
      `${MODULE_FILE} is a sparse file in its last layer, which is not unpacked here`,
    );
  }
  return wanted.bytes;
}

function bare(layer: Descriptor, contents: ReadonlyMap<Digest, LayerContents>): Uint8Array | Unmet {
  return contents.get(layer.digest)?.bytes ?? unmet("size", tooLarge(layer));
}

function tooLarge(layer: Descriptor): string {
  return `its layer ${layer.digest} has ${layer.size} bytes, over the limit of ${maxModuleBytes}`;
}

function count(layers: readonly Descriptor[]): string {
  return layers.length === 1 ? "one layer" : `${layers.length} layers`;
}

function unmet(demand: string, because: string): Unmet {
  return { demand, because };
}
