import { hasWasmMagic } from "../module/wasm-magic.js";
/** Finds the module in an image by the rules of Istio's fetcher, in its order (oci.md 1.1). */
import { gunzipSync } from "node:zlib";
import {
  type Descriptor,
  fetchBytes,
  fetchManifest,
  type Fetcher,
  type ImageManifest,
  maxBlobBytes,
  mediaTypes,
} from "oras-js";
import { CliError } from "../errors.js";
import { MODULE_FILE } from "./compat-image.js";
import { findInTar } from "./tar.js";

const WASM_LAYER = "application/vnd.module.wasm.content.layer.v1+wasm";

/** `layered`: the two-layer form whose module stands bare, called "oci" by its specification. */
export type ImageForm = "compat" | "layered";

export interface ModuleLayer {
  readonly form: ImageForm;
  readonly layer: Descriptor;
}

/** The layer that Istio would take the module from; an error if it would take none. */
export function moduleLayer(manifest: ImageManifest): ModuleLayer {
  const { layers } = manifest;
  const last = layers.at(-1);
  const tarGzip =
    manifest.mediaType === mediaTypes.dockerManifest
      ? mediaTypes.dockerLayerTarGzip
      : mediaTypes.imageLayerTarGzip;
  if (last?.mediaType === tarGzip) return { form: "compat", layer: last };
  const bare = layers.find((layer) => layer.mediaType === WASM_LAYER);
  if (bare !== undefined && layers.length === 2 && manifest.mediaType !== mediaTypes.dockerManifest) {
    return { form: "layered", layer: bare };
  }
  throw new CliError(
    "ERR_IMAGE",
    `the image has ${layers.length === 1 ? "one layer" : `${layers.length} layers`} (${layers.map((layer) => layer.mediaType).join(", ")}), from which Istio and Envoy Gateway load nothing`,
    "make it with as-proxy-wasm package, whose image every consumer loads",
  );
}

/** Fetches an image's module; every byte on the way is checked against its digest. */
export async function fetchModule(
  from: Fetcher,
  image: Descriptor,
): Promise<{ readonly form: ImageForm; readonly wasm: Uint8Array }> {
  const { form, layer } = moduleLayer(await fetchManifest(from, image));
  const bytes = await fetchBytes(from, layer);
  const wasm = form === "layered" ? bytes : findInTar(unzip(bytes), MODULE_FILE);
  if (wasm === null) {
    throw new CliError(
      "ERR_IMAGE",
      `the image's last layer holds no file ${MODULE_FILE}`,
      "make it with as-proxy-wasm package",
    );
  }
  if (wasm.byteLength < 8 || !hasWasmMagic(wasm)) {
    throw new CliError(
      "ERR_IMAGE",
      "what the image holds is not a wasm module",
      "make it with as-proxy-wasm package",
    );
  }
  return { form, wasm };
}

function unzip(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBlobBytes });
  } catch (cause) {
    const tooLarge = (cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
    throw new CliError(
      "ERR_IMAGE",
      tooLarge
        ? `the image's layer unpacks to more than ${maxBlobBytes} bytes`
        : "the image's last layer is not gzip",
      tooLarge ? "Istio refuses it too: make the module smaller" : "push it again with as-proxy-wasm push",
      { cause },
    );
  }
}
