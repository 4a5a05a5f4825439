import { type Descriptor, isRecord, parseDescriptor } from "../descriptor.js";
import { isDigest } from "../digest.js";
import { OrasError } from "../errors.js";
import { annotationKeys, mediaTypes } from "../media-types.js";
import { tagNotFound } from "../not-found.js";

// The two small files of an OCI image layout (image-spec, image-layout.md): read, edited and written without knowing where they are.

const layoutVersion = "1.0.0";

/** What index.json lists, tagged by annotation. */
export type Listed = readonly Descriptor[];

export const layoutText = JSON.stringify({ imageLayoutVersion: layoutVersion });

export function indexText(manifests: Listed): string {
  return JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.imageIndex, manifests });
}

export function checkLayoutText(text: string, where: string): void {
  if (parseObject(text, "oci-layout", where)["imageLayoutVersion"] !== layoutVersion) {
    throw invalidLayout(where, `oci-layout does not say version ${layoutVersion}`);
  }
}

export function parseIndexText(text: string, where: string): Listed {
  const { manifests } = parseObject(text, "index.json", where);
  if (!Array.isArray(manifests)) throw invalidLayout(where, "index.json has no manifests");
  return manifests.map((entry, position) => parseDescriptor(entry, `index.json manifests[${position}]`));
}

/** The manifest of a tag or digest, without the tag: that is the layout's name for it, not a property of it. */
export function find(manifests: Listed, reference: string, where: string): Descriptor {
  const found = isDigest(reference)
    ? manifests.find((manifest) => manifest.digest === reference)
    : manifests.find((manifest) => tagOf(manifest) === reference);
  if (found === undefined) throw tagNotFound(reference, where, tagsOf(manifests));
  return withoutTag(found);
}

export function tagsOf(manifests: Listed): readonly string[] {
  return manifests.map(tagOf).filter((tag) => tag !== undefined);
}

/** Each manifest of the list once, without its tags. */
export function manifestsOf(manifests: Listed): readonly Descriptor[] {
  return [...new Map(manifests.map((manifest) => [manifest.digest, withoutTag(manifest)])).values()];
}

/** The list with the manifest in it; the same list when it was there, tagged or not. */
export function withManifest(manifests: Listed, descriptor: Descriptor): Listed {
  return manifests.some((other) => other.digest === descriptor.digest)
    ? manifests
    : [...manifests, descriptor];
}

/** The list without the manifest, under whatever tags; the same list when it was not there. */
export function withoutManifest(manifests: Listed, descriptor: Descriptor): Listed {
  const others = manifests.filter((other) => other.digest !== descriptor.digest);
  return others.length === manifests.length ? manifests : others;
}

/** The list with the tag on the manifest, and on no other. */
export function withTag(manifests: Listed, descriptor: Descriptor, tag: string): Listed {
  const annotations = { ...descriptor.annotations, [annotationKeys.refName]: tag };
  return [
    ...manifests.filter(
      (other) => tagOf(other) !== tag && !(other.digest === descriptor.digest && tagOf(other) === undefined),
    ),
    { ...descriptor, annotations },
  ];
}

export function invalidLayout(where: string, problem: string, cause?: unknown): OrasError {
  return new OrasError("ORAS_INVALID_LAYOUT", `${where} is not an OCI image layout: ${problem}`, {
    hint: "Name the folder or tar file that holds oci-layout and index.json, or write it again.",
    cause,
  });
}

function tagOf(descriptor: Descriptor): string | undefined {
  return descriptor.annotations?.[annotationKeys.refName];
}

function withoutTag(descriptor: Descriptor): Descriptor {
  const { annotations, ...rest } = descriptor;
  if (annotations === undefined) return rest;
  const kept = Object.entries(annotations).filter(([key]) => key !== annotationKeys.refName);
  return kept.length === 0 ? rest : { ...rest, annotations: Object.fromEntries(kept) };
}

function parseObject(text: string, name: string, where: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalidLayout(where, `${name} is not JSON`, cause);
  }
  if (!isRecord(value)) throw invalidLayout(where, `${name} is not a JSON object`);
  return value;
}
