import { type Digest, digestOf, parseDigest, printable } from "./digest.js";
import { OrasError } from "./errors.js";

/** What a piece of content is, how long it is and which hash it has (image-spec, descriptor.md). */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly artifactType?: string;
  readonly platform?: Platform;
}

export interface Platform {
  readonly architecture: string;
  readonly os: string;
  readonly variant?: string;
}

/** The descriptor of bytes in memory. */
export function describe(
  mediaType: string,
  bytes: Uint8Array,
  annotations?: Readonly<Record<string, string>>,
): Descriptor {
  requireMediaType(mediaType, "the media type");
  return {
    mediaType,
    digest: digestOf(bytes),
    size: bytes.byteLength,
    ...(annotations === undefined ? {} : { annotations }),
  };
}

/** Checks a descriptor from outside; `where` names it in errors, e.g. `layers[0]`. Unknown fields are dropped. */
export function parseDescriptor(value: unknown, where: string): Descriptor {
  if (!isRecord(value)) throw malformed(where, "is not an object");
  const { mediaType, digest, size, annotations, artifactType, platform } = value;
  requireMediaType(mediaType, `${where}.mediaType`);
  if (typeof digest !== "string") throw malformed(where, "has no digest");
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) {
    throw malformed(where, "has no size that is a whole number");
  }
  const parsed = parsePlatform(platform);
  return {
    mediaType,
    digest: parseDigest(digest),
    size,
    ...(annotations === undefined ? {} : { annotations: parseAnnotations(annotations, where) }),
    ...(typeof artifactType === "string" ? { artifactType } : {}),
    ...(parsed === undefined ? {} : { platform: parsed }),
  };
}

/** RFC 6838 section 4.2: type "/" subtype of restricted names, without parameters. */
export function requireMediaType(value: unknown, where: string): asserts value is string {
  const restrictedName = "[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}";
  if (typeof value !== "string" || !new RegExp(`^${restrictedName}/${restrictedName}$`).test(value)) {
    throw new OrasError(
      "ORAS_INVALID_DESCRIPTOR",
      `${where} is ${typeof value === "string" ? `"${printable(value)}"` : "missing"}, not a media type`,
      { hint: "A media type looks like application/vnd.example.thing.v1+json (RFC 6838)." },
    );
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function parseAnnotations(value: unknown, where: string): Readonly<Record<string, string>> {
  if (!isRecord(value)) throw malformed(`${where}.annotations`, "is not an object");
  const entries = Object.entries(value).map(([key, text]): [string, string] => {
    if (typeof text !== "string") throw malformed(`${where}.annotations`, "has a value that is not a string");
    return [key, text];
  });
  // fromEntries defines own properties, so that a key like "__proto__" stays data.
  return Object.fromEntries(entries);
}

function parsePlatform(value: unknown): Platform | undefined {
  if (!isRecord(value)) return undefined;
  const { architecture, os, variant } = value;
  if (typeof architecture !== "string" || typeof os !== "string") return undefined;
  return { architecture, os, ...(typeof variant === "string" ? { variant } : {}) };
}

function malformed(where: string, problem: string): OrasError {
  return new OrasError("ORAS_INVALID_DESCRIPTOR", `${where} ${problem}`, {
    hint: "A descriptor needs mediaType, digest and size; whatever wrote this one is broken.",
  });
}
