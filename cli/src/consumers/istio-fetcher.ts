/**
 * The rules of the fetcher that Istio's agent has, and that Envoy Gateway and Higress took over. Each forbids what the fetcher itself was
 * seen to refuse; where a fork differs, its own file says so.
 */
import type { Descriptor } from "oras-js";
import { type InspectedImage, maxModuleBytes } from "../image/index.js";
import type { Consumer, FormsRule, FoundModule, Rule } from "./consumer.js";
import { isModule, loadsInEnvoy, unpacksHere } from "./module-rules.js";

const again = "make the image with as-proxy-wasm package, whose layout compat everything around Envoy loads";

export function istioFetcher(
  own: Pick<Consumer, "name" | "title" | "evidence"> & { readonly sources: FetcherSources } & Pick<
      FormsRule,
      "tooLarge"
    >,
): Consumer {
  const { name, title, evidence, sources, tooLarge } = own;
  return {
    name,
    title,
    evidence,
    view: sameDigestSameType,
    imageRules: [indexIsNotPinned(sources.cache), hasLinuxAmd64(sources.imageFetcher)],
    forms: {
      names: ["docker", "compat", "oci"],
      source: sources.imageFetcher,
      todo: again,
      ...(tooLarge === undefined ? {} : { tooLarge }),
    },
    moduleRules: [isModule(sources.cache, again), loadsInEnvoy],
    cautions: [indexByTag(sources.cache), nearLimit(sources.imageFetcher), unpacksHere],
  };
}

/** Files in the consumer's repository. */
export interface FetcherSources {
  readonly imageFetcher: string;
  readonly cache: string;
}

/** go-containerregistry looks a layer's type up by its digest, and takes the first it finds, the config's before all. */
function sameDigestSameType(image: InspectedImage): InspectedImage {
  if (image.image === undefined) return image;
  const { descriptor, manifest } = image.image;
  const all: readonly Descriptor[] = [manifest.config, ...manifest.layers];
  const types = new Map(all.toReversed().map(({ digest, mediaType }) => [digest, mediaType]));
  const layers = manifest.layers.map((layer) => ({ ...layer, mediaType: types.get(layer.digest)! }));
  return { ...image, image: { descriptor, manifest: { ...manifest, layers } } };
}

function indexIsNotPinned(source: string): Rule<InspectedImage> {
  return {
    id: "index-digest",
    demands: "is not named by the digest of an index",
    source,
    todo: "name it by its tag, or by the digest of the image for linux/amd64",
    check: ({ byDigest, platforms, image }) =>
      byDigest && platforms !== undefined
        ? `the digest is that of an index, and compared is the one of the image in it${image === undefined ? "" : `, ${image.descriptor.digest}`}`
        : undefined,
  };
}

function hasLinuxAmd64(source: string): Rule<InspectedImage> {
  return {
    id: "platform",
    demands: "has, if it is an index, an image for linux/amd64 or without a platform",
    source,
    todo: "push the image by itself, without an index",
    check: ({ image, platforms = [] }) =>
      image === undefined
        ? `the index has no image for linux/amd64, only for ${platforms.join(", ") || "nothing"}`
        : undefined,
  };
}

function indexByTag(source: string): Rule<FoundModule> {
  return {
    id: "index",
    demands: "is pinned by the digest of the image in an index",
    source,
    todo: "push the image by itself, without an index",
    check: ({ image: { platforms, image } }) =>
      platforms === undefined
        ? undefined
        : `it is an index, and pinned it must be by ${image!.descriptor.digest}, the image in it`,
  };
}

/** What is within a tenth of the limit will be over it one day. */
function nearLimit(source: string): Rule<FoundModule> {
  return {
    id: "near-limit",
    demands: "is well below the limit on a module's size",
    source,
    todo: "make the module smaller",
    check: ({ wasm }) =>
      wasm.byteLength > 0.9 * maxModuleBytes
        ? `the module has ${wasm.byteLength} bytes of at most ${maxModuleBytes}`
        : undefined,
  };
}
