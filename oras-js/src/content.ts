import { type Digest, algorithmOf, hasherFor } from "./digest.js";
import { type Descriptor, describe } from "./descriptor.js";
import { OrasError } from "./errors.js";
import { isManifestMediaType } from "./media-types.js";
import type { Content, Fetcher, OperationOptions, Pusher } from "./roles.js";

/** The most a manifest or an index may measure: what registries accept at least (distribution-spec, "Pushing Manifests"). */
export const maxManifestBytes = 4 * 1024 * 1024;

/** What `fetchBytes` reads into memory unless told otherwise; Istio's limit for a module. */
export const maxBlobBytes = 256 * 1024 * 1024;

/** Reads the content of a descriptor into memory, verified and bounded. */
export async function fetchBytes(
  from: Fetcher,
  descriptor: Descriptor,
  options: OperationOptions & { readonly maxBytes?: number } = {},
): Promise<Uint8Array> {
  const limit =
    options.maxBytes ?? (isManifestMediaType(descriptor.mediaType) ? maxManifestBytes : maxBlobBytes);
  requireSize(descriptor, limit);
  return readAll(verified(await from.fetch(descriptor, options), descriptor), limit);
}

/** Pushes bytes in memory and returns their descriptor. */
export async function pushBytes(
  to: Pusher,
  mediaType: string,
  bytes: Uint8Array,
  options: OperationOptions & { readonly annotations?: Readonly<Record<string, string>> } = {},
): Promise<Descriptor> {
  const descriptor = describe(mediaType, bytes, options.annotations);
  if (!(await to.exists(descriptor, options))) await to.push(descriptor, bytes, options);
  return descriptor;
}

/**
 * Passes bytes on while it counts and hashes them. The chunk that completes the announced size is held back until the
 * digest is right, so a reader never gets the whole of wrong content.
 */
export function verified(source: AsyncIterable<Uint8Array>, descriptor: Claim): AsyncIterable<Uint8Array> {
  const claim = unread.get(source);
  if (claim?.digest === descriptor.digest && claim.size === descriptor.size) return source;
  const checked: AsyncIterable<Uint8Array> = check(source, descriptor, () => unread.delete(checked));
  unread.set(checked, descriptor);
  return checked;
}

/** Passes bytes on and tells how many came so far. What was verified before stays so. */
export function counted(
  source: AsyncIterable<Uint8Array>,
  tell: (bytes: number) => void,
): AsyncIterable<Uint8Array> {
  const claim = unread.get(source);
  const passed: AsyncIterable<Uint8Array> = count(source, tell, () => unread.delete(passed));
  if (claim !== undefined) unread.set(passed, claim);
  return passed;
}

interface Claim {
  readonly digest: Digest;
  readonly size: number;
}

/**
 * What streams will be verified as while they are read. From the source to the target bytes pass several hands that verify; with
 * this they are hashed once. A stream of which something was read is in here no more.
 */
const unread = new WeakMap<AsyncIterable<Uint8Array>, Claim>();

async function* count(
  source: AsyncIterable<Uint8Array>,
  tell: (bytes: number) => void,
  begin: () => void,
): AsyncGenerator<Uint8Array, void, void> {
  begin();
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.byteLength;
    tell(bytes);
    yield chunk;
  }
}

async function* check(
  source: AsyncIterable<Uint8Array>,
  descriptor: Claim,
  begin: () => void,
): AsyncGenerator<Uint8Array, void, void> {
  begin();
  const hasher = hasherFor(descriptor.digest);
  let size = 0;
  let last: Uint8Array | undefined;
  for await (const chunk of source) {
    if (chunk.byteLength === 0) continue;
    size += chunk.byteLength;
    if (size > descriptor.size) throw wrongSize(descriptor, `more than ${descriptor.size}`);
    hasher.update(chunk);
    if (size === descriptor.size) last = chunk;
    else yield chunk;
  }
  if (size < descriptor.size) throw wrongSize(descriptor, `only ${size}`);
  requireDigest(descriptor.digest, `${algorithmOf(descriptor.digest)}:${hasher.digest("hex")}`);
  if (last !== undefined) yield last;
}

/** Opens content; a stream passed as such can be opened once only, which the caller has to know. */
export async function open(content: Content): Promise<AsyncIterable<Uint8Array>> {
  if (content instanceof Uint8Array) return single(content);
  return typeof content === "function" ? content() : content;
}

export function isRepeatable(content: Content): boolean {
  return content instanceof Uint8Array || typeof content === "function";
}

/** Lets go of content nobody will read, so that its file or socket closes. */
export async function discard(content: Content): Promise<void> {
  if (content instanceof Uint8Array || typeof content === "function") return;
  await content[Symbol.asyncIterator]().return?.();
}

export async function readAll(source: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    size += chunk.byteLength;
    if (size > limit) throw tooLarge("The content", limit);
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

export function requireSize(descriptor: Descriptor, limit: number): void {
  if (descriptor.size > limit) throw tooLarge(`${descriptor.digest} (${descriptor.size} bytes)`, limit);
}

export function requireDigest(expected: Digest, actual: string): void {
  if (actual === expected) return;
  throw new OrasError("ORAS_DIGEST_MISMATCH", `The content of ${expected} has the digest ${actual}`, {
    hint: "It was damaged or replaced on its way, or where it is stored. Push it again from its source.",
  });
}

export async function* single(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  yield bytes;
}

export function tooLarge(what: string, limit: number): OrasError {
  return new OrasError("ORAS_TOO_LARGE", `${what} is over the limit of ${limit} bytes`, {
    hint: "Check that the reference names what you mean; raise the limit only for content you trust.",
  });
}

function wrongSize(
  descriptor: { readonly digest: Digest; readonly size: number },
  actual: string,
): OrasError {
  return new OrasError(
    "ORAS_SIZE_MISMATCH",
    `The content of ${descriptor.digest} has ${actual} bytes where ${descriptor.size} were announced`,
    {
      hint: "The transfer was cut or the stored content is damaged. Try again, else push it again from its source.",
    },
  );
}
