import { fetchBytes, maxManifestBytes } from "./content.js";
import { type Descriptor, type Platform, isRecord } from "./descriptor.js";
import { printable } from "./digest.js";
import { OrasError } from "./errors.js";
import { parseIndex, parseManifest } from "./manifest.js";
import { isIndexMediaType } from "./media-types.js";
import type { Fetcher, OperationOptions } from "./roles.js";

/**
 * The image for a platform: an entry of an index, or the image itself if its config says that platform. Without a
 * `variant` any variant will do; the first entry that fits is taken.
 */
export async function selectPlatform(
  from: Fetcher,
  descriptor: Descriptor,
  platform: Platform,
  options: OperationOptions = {},
): Promise<Descriptor> {
  const bytes = await fetchBytes(from, descriptor, options);
  if (isIndexMediaType(descriptor.mediaType)) {
    const images = parseIndex(bytes, descriptor);
    const found = images.find((image) => image.platform !== undefined && fits(image.platform, platform));
    if (found !== undefined) return found;
    throw noSuchPlatform(
      descriptor,
      platform,
      images.map((image) => image.platform),
    );
  }
  const { config } = parseManifest(bytes, descriptor);
  const own = platformIn(await fetchBytes(from, config, { ...options, maxBytes: maxManifestBytes }));
  if (own !== undefined && fits(own, platform)) return descriptor;
  throw noSuchPlatform(descriptor, platform, [own]);
}

function platformIn(config: Uint8Array): Platform | undefined {
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder().decode(config));
  } catch {
    // An artifact's config may be anything; then it has no platform.
    return undefined;
  }
  if (!isRecord(document)) return undefined;
  const { os, architecture, variant } = document;
  if (typeof os !== "string" || typeof architecture !== "string") return undefined;
  return { os, architecture, ...(typeof variant === "string" ? { variant } : {}) };
}

function fits(own: Platform, wanted: Platform): boolean {
  return (
    own.os === wanted.os &&
    own.architecture === wanted.architecture &&
    (wanted.variant === undefined || own.variant === wanted.variant)
  );
}

function noSuchPlatform(
  descriptor: Descriptor,
  wanted: Platform,
  known: readonly (Platform | undefined)[],
): OrasError {
  const names = [...new Set(known.filter((platform) => platform !== undefined).map(nameOf))].slice(0, 10);
  return new OrasError("ORAS_NOT_FOUND", `${descriptor.digest} has no image for ${nameOf(wanted)}`, {
    hint:
      names.length === 0
        ? "It names no platform at all; copy it without one."
        : `There is: ${names.join(", ")}.`,
  });
}

function nameOf({ os, architecture, variant }: Platform): string {
  return printable([os, architecture, variant].filter((part) => part !== undefined).join("/"));
}
