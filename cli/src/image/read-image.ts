/** What a name stands for: one image, or an index and the image that consumers take out of it. No judgement. */
import {
  type Descriptor,
  fetchBytes,
  fetchManifest,
  type Fetcher,
  type ImageManifest,
  isIndexMediaType,
  parseIndex,
  type Platform,
} from "oras-js";
import { CliError } from "../errors.js";

export interface ImageShape {
  /** What was asked for: an image's manifest, or an index. */
  readonly named: Descriptor;
  /** Of an index: the platforms it lists, in its order, `none` where one has none. */
  readonly platforms: readonly string[] | undefined;
  /** The image for linux/amd64, found in indexes of indexes too; undefined when an index has none. */
  readonly image: { readonly descriptor: Descriptor; readonly manifest: ImageManifest } | undefined;
}

/** Every consumer that reads an index looks for this one, wherever it runs; an entry without a platform counts as it. */
const platform: Platform = { os: "linux", architecture: "amd64" };

const maxDepth = 4;
/** Container images have 127 at most. */
const maxLayers = 1000;

export async function readImage(from: Fetcher, named: Descriptor): Promise<ImageShape> {
  let platforms: readonly string[] | undefined;
  let descriptor = named;
  for (let depth = 0; isIndexMediaType(descriptor.mediaType); depth++) {
    if (depth === maxDepth) {
      throw imageError(
        `${named.digest} is an index of indexes, more than ${maxDepth} deep`,
        "name the image itself by its digest",
      );
    }
    const images = parseIndex(await fetchBytes(from, descriptor), descriptor);
    platforms ??= images.map((image) => platformName(image.platform));
    const found = images.find((image) => fits(image.platform ?? platform));
    if (found === undefined) return { named, platforms, image: undefined };
    descriptor = found;
  }
  const manifest = await fetchManifest(from, descriptor);
  if (manifest.layers.length > maxLayers) {
    throw imageError(
      `the image ${descriptor.digest} has ${manifest.layers.length} layers, where ${maxLayers} are beyond all measure`,
      "check where it comes from",
    );
  }
  return { named, platforms, image: { descriptor, manifest } };
}

function fits({ os, architecture }: Platform): boolean {
  return os === platform.os && architecture === platform.architecture;
}

function platformName(of: Platform | undefined): string {
  return of === undefined
    ? "none"
    : [of.os, of.architecture, of.variant].filter((part) => part !== undefined).join("/");
}

export function imageError(message: string, hint: string, options?: ErrorOptions): CliError {
  return new CliError("ERR_IMAGE", message, hint, options);
}
