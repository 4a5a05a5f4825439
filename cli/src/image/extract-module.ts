import { hasWasmMagic } from "../module/wasm-magic.js";
import { findModule, forms, type ImageForm } from "./forms.js";
import type { InspectedImage } from "./inspect-image.js";
import { imageError } from "./read-image.js";

const every = Object.keys(forms) as readonly ImageForm[];

/**
 * The module of an image in any form that some consumer reads. Refuses what is none, what has none, and layers that could harm whoever
 * unpacks them.
 */
export function extractModule(image: InspectedImage): {
  readonly form: ImageForm;
  readonly wasm: Uint8Array;
} {
  const { named, platforms } = image;
  if (image.image === undefined) {
    throw imageError(
      `${named.digest} is an index without an image for linux/amd64; it has ${platforms?.join(", ") || "none"}`,
      "name one of its images by its digest",
    );
  }
  for (const { archive } of image.contents.values()) {
    const problem = archive?.danger ?? archive?.fault;
    if (problem !== undefined) throw imageError(`the image's layer is not unpacked: ${problem}`, checkOrigin);
  }
  const found = findModule({ manifest: image.image.manifest, contents: image.contents }, every);
  if ("demand" in found) {
    throw imageError(
      `no consumer finds a module in the image: ${found.because}`,
      "make it with as-proxy-wasm package; as-proxy-wasm verify says what each demands",
    );
  }
  if (found.wasm.byteLength < 8 || !hasWasmMagic(found.wasm)) {
    throw imageError("what the image holds is not a wasm module", "make it with as-proxy-wasm package");
  }
  return found;
}

const checkOrigin = "check where it comes from, or make it again with as-proxy-wasm package";
