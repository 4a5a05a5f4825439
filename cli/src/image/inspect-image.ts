import type { Descriptor, Digest, Fetcher } from "oras-js";
import { type LayerContents, readLayers } from "./layer-contents.js";
import { type ImageShape, readImage } from "./read-image.js";

/** An image with what lies in it: everything that a verdict about it needs. */
export interface InspectedImage extends ImageShape {
  /** Whether it was asked for by its digest, as consumers are told to. */
  readonly byDigest: boolean;
  /** Of the layers in which a consumer may look for the module. */
  readonly contents: ReadonlyMap<Digest, LayerContents>;
}

/** Reads an image and the layers that may hold its module; every byte is checked against its digest. */
export async function inspectImage(
  from: Fetcher,
  named: Descriptor,
  options: { readonly byDigest?: boolean } = {},
): Promise<InspectedImage> {
  const shape = await readImage(from, named);
  return {
    ...shape,
    byDigest: options.byDigest ?? false,
    contents: shape.image === undefined ? new Map() : await readLayers(from, shape.image.manifest),
  };
}
