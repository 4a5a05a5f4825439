import { type Digest, parseDigest, printable } from "./digest.js";
import { OrasError } from "./errors.js";

/** `registry[:port]/repository[:tag][@digest]`, taken apart. */
export interface Reference {
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: Digest;
}

// The grammar of github.com/distribution/reference; the registry is always written out here.
const domainComponent = "(?:[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9])";
const registryPattern = new RegExp(
  `^(?:${domainComponent}(?:\\.${domainComponent})*|\\[[0-9A-Fa-f:]+\\])(?::([0-9]{1,5}))?$`,
);
const pathComponentPattern = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const longestRepository = 255;
const longestReference = 1024;

/**
 * Parses `registry[:port]/repository[:tag][@digest]`.
 *
 * @example
 * parseReference("127.0.0.1:5000/filters/hello:v1");
 * // { registry: "127.0.0.1:5000", repository: "filters/hello", tag: "v1" }
 */
export function parseReference(text: string): Reference {
  if (text.length > longestReference) {
    throw invalid(text, `it is longer than ${longestReference} characters`, "Shorten it.");
  }
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(text);
  if (scheme !== null) {
    throw invalid(text, `it begins with ${scheme[0]}`, `Write it without ${scheme[0]}.`);
  }
  const slash = text.indexOf("/");
  if (slash <= 0) {
    throw invalid(
      text,
      "it does not say which registry and which repository",
      "Write both, e.g. ghcr.io/me/hello:v1.",
    );
  }
  const registry = text.slice(0, slash);
  const { name, digest } = splitDigest(text.slice(slash + 1), text);
  const colon = name.indexOf(":");
  const repository = colon < 0 ? name : name.slice(0, colon);
  const tag = colon < 0 ? undefined : name.slice(colon + 1);

  requireRegistry(registry, text);
  requireRepository(repository, text);
  if (tag !== undefined) requireTag(tag, text);
  return {
    registry,
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** The text `parseReference` reads. */
export function formatReference(reference: Reference): string {
  const tag = reference.tag === undefined ? "" : `:${reference.tag}`;
  const digest = reference.digest === undefined ? "" : `@${reference.digest}`;
  return `${reference.registry}/${reference.repository}${tag}${digest}`;
}

/** Whether text can be a tag. */
export function isTag(text: string): boolean {
  return tagPattern.test(text);
}

/** Whether a tag is one of those under which clients keep lists of referrers (distribution-spec, "Referrers Tag Schema"). */
export function isReferrersTag(tag: string): boolean {
  return /^sha(?:256|512)-[0-9a-f]{64}$/.test(tag);
}

export function requireTag(tag: string, whole: string = tag): void {
  if (isTag(tag)) return;
  throw invalid(
    whole,
    `"${printable(tag)}" is not a tag`,
    "A tag has at most 128 letters, digits, _ . - and begins with a letter, a digit or _.",
  );
}

function splitDigest(rest: string, whole: string): { name: string; digest: Digest | undefined } {
  const at = rest.indexOf("@");
  if (at < 0) return { name: rest, digest: undefined };
  try {
    return { name: rest.slice(0, at), digest: parseDigest(rest.slice(at + 1)) };
  } catch (cause) {
    if (!(cause instanceof OrasError)) throw cause;
    throw invalid(whole, cause.message, cause.hint);
  }
}

function requireRegistry(registry: string, whole: string): void {
  const match = registryPattern.exec(registry);
  const port = match?.[1];
  if (match !== null && (port === undefined || (Number(port) >= 1 && Number(port) <= 65535))) return;
  throw invalid(
    whole,
    `"${printable(registry)}" is not a registry`,
    "A registry is a host name or an address and at most a port: ghcr.io, 127.0.0.1:5000, [::1]:5000.",
  );
}

function requireRepository(repository: string, whole: string): void {
  const wellFormed =
    repository.length <= longestRepository &&
    repository.split("/").every((component) => pathComponentPattern.test(component));
  if (wellFormed) return;
  const hint = /[A-Z]/.test(repository)
    ? "Repository names are lower case."
    : "A repository is made of parts separated by /, each of lower-case letters and digits with single . _ or - between them.";
  throw invalid(whole, `"${printable(repository)}" is not a repository name`, hint);
}

function invalid(whole: string, problem: string, hint: string): OrasError {
  return new OrasError(
    "ORAS_INVALID_REFERENCE",
    `The reference "${printable(whole)}" is invalid: ${problem}`,
    {
      hint,
    },
  );
}
