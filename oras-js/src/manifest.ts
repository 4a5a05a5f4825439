import { fetchBytes, requireDigest } from "./content.js";
import { type Descriptor, isRecord, parseAnnotations, parseDescriptor } from "./descriptor.js";
import { algorithmOf, digestOf, printable } from "./digest.js";
import { OrasError } from "./errors.js";
import { isIndexMediaType, isManifestMediaType } from "./media-types.js";
import type { Fetcher, OperationOptions } from "./roles.js";

/** The most layers or images that are followed from one manifest: 4 MiB have room for many more. */
const maxSuccessors = 5_000;

/** A config, its layers and what is said about them (image-spec, manifest.md). */
export interface ImageManifest {
  readonly mediaType: string;
  readonly artifactType?: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Fetches and parses an image manifest. */
export async function fetchManifest(
  from: Fetcher,
  descriptor: Descriptor,
  options: OperationOptions = {},
): Promise<ImageManifest> {
  return parseManifest(await fetchBytes(from, descriptor, options), descriptor);
}

export function parseManifest(bytes: Uint8Array, descriptor: Descriptor): ImageManifest {
  if (isIndexMediaType(descriptor.mediaType) || !isManifestMediaType(descriptor.mediaType)) {
    throw new OrasError(
      "ORAS_INVALID_MANIFEST",
      `${descriptor.digest} is ${printable(descriptor.mediaType)}, not an image manifest`,
      { hint: "An index lists several images; refer to one of them by its digest." },
    );
  }
  const document = parseDocument(bytes, descriptor);
  const { artifactType, config, layers, subject, annotations } = document;
  if (!Array.isArray(layers)) throw malformed(descriptor, "has no layers");
  return {
    mediaType: descriptor.mediaType,
    ...(typeof artifactType === "string" ? { artifactType } : {}),
    config: parseDescriptor(config, "config"),
    layers: layers.map((layer, index) => parseDescriptor(layer, `layers[${index}]`)),
    ...(subject === undefined ? {} : { subject: parseDescriptor(subject, "subject") }),
    annotations: annotations === undefined ? {} : parseAnnotations(annotations, "manifest"),
  };
}

/** What a manifest or an index points to, and what it says of itself. */
export interface Links {
  /** What it cannot do without, in order: config and layers, or the manifests of an index. */
  readonly successors: readonly Descriptor[];
  /** What it is about. That lives by itself. */
  readonly subject?: Descriptor;
  /** Its own, else its config's media type (distribution-spec, "Listing Referrers"). */
  readonly artifactType?: string;
  readonly annotations: Readonly<Record<string, string>>;
}

export function linksOf(bytes: Uint8Array, descriptor: Descriptor): Links {
  if (!isIndexMediaType(descriptor.mediaType)) {
    const { config, layers, subject, artifactType, annotations } = parseManifest(bytes, descriptor);
    return {
      successors: bounded([config, ...layers], descriptor),
      ...(subject === undefined ? {} : { subject }),
      artifactType: artifactType ?? config.mediaType,
      annotations,
    };
  }
  const { subject, artifactType, annotations, manifests } = parseDocument(bytes, descriptor);
  return {
    successors: bounded(parseManifestList(manifests, descriptor), descriptor),
    ...(subject === undefined ? {} : { subject: parseDescriptor(subject, "subject") }),
    ...(typeof artifactType === "string" ? { artifactType } : {}),
    annotations: annotations === undefined ? {} : parseAnnotations(annotations, "index"),
  };
}

/** The descriptors a manifest or index points to and cannot do without. A subject lives by itself, so it is none. */
export function successors(bytes: Uint8Array, descriptor: Descriptor): readonly Descriptor[] {
  return linksOf(bytes, descriptor).successors;
}

/** The manifests an index lists. */
export function parseIndex(bytes: Uint8Array, descriptor: Descriptor): readonly Descriptor[] {
  if (!isIndexMediaType(descriptor.mediaType)) throw malformed(descriptor, "is not an index");
  return parseManifestList(parseDocument(bytes, descriptor)["manifests"], descriptor);
}

function parseManifestList(manifests: unknown, descriptor: Descriptor): readonly Descriptor[] {
  if (!Array.isArray(manifests)) throw malformed(descriptor, "has no manifests");
  return manifests.map((manifest, index) => parseDescriptor(manifest, `manifests[${index}]`));
}

function bounded(found: readonly Descriptor[], descriptor: Descriptor): readonly Descriptor[] {
  if (found.length <= maxSuccessors) return found;
  throw new OrasError(
    "ORAS_TOO_LARGE",
    `The manifest ${descriptor.digest} lists ${found.length} pieces of content; the limit is ${maxSuccessors}`,
    { hint: "No honest artifact has so many layers. Check where it comes from." },
  );
}

/**
 * The JSON object in the bytes. A document that states another media type than it was served with could be read
 * as two different things, so it is refused (image-spec, security advisory GHSA-77vh-xpmg-72qh).
 */
function parseDocument(bytes: Uint8Array, descriptor: Descriptor): Record<string, unknown> {
  requireDigest(descriptor.digest, digestOf(bytes, algorithmOf(descriptor.digest)));
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw malformed(descriptor, "is not JSON", cause);
  }
  if (!isRecord(document)) throw malformed(descriptor, "is not a JSON object");
  if (document["schemaVersion"] !== 2) throw malformed(descriptor, "has another schemaVersion than 2");
  const { mediaType } = document;
  if (mediaType !== undefined && mediaType !== descriptor.mediaType) {
    throw malformed(
      descriptor,
      `calls itself ${printable(String(mediaType))} and was served as ${descriptor.mediaType}`,
    );
  }
  const other = isIndexMediaType(descriptor.mediaType) ? "layers" : "manifests";
  if (other in document) throw malformed(descriptor, `has ${other}, which its media type does not allow`);
  return document;
}

function malformed(descriptor: Descriptor, problem: string, cause?: unknown): OrasError {
  return new OrasError("ORAS_INVALID_MANIFEST", `The manifest ${descriptor.digest} ${problem}`, {
    hint: "Whatever pushed it wrote it wrongly; push it again with another tool.",
    cause,
  });
}
