import {
  fetchBytes,
  maxManifestBytes,
  open,
  readAll,
  requireDigest,
  requireSize,
  verified,
} from "../content.js";
import type { Descriptor } from "../descriptor.js";
import { digestOf, isDigest, parseDigest, printable } from "../digest.js";
import { OrasError } from "../errors.js";
import { asPredecessor } from "../graph.js";
import { linksOf } from "../manifest.js";
import { isManifestMediaType, manifestMediaTypes } from "../media-types.js";
import { contentNotFound, tagNotFound } from "../not-found.js";
import { type Reference, parseReference, requireTag } from "../reference.js";
import type { Content, Deleter, Fetcher, Mounter, OperationOptions, TagLister, Target } from "../roles.js";
import { access } from "./access.js";
import { type ConnectionOptions, connect } from "./connection.js";
import { pages, stringsOf } from "./pages.js";
import { Referrers } from "./referrers.js";
import type { RegistryClient } from "./registry-client.js";
import { resumedBody } from "./resumed-body.js";
import type { RetryOptions } from "./retry.js";
import { type HttpResponse, bytesBody, readBody } from "./transport.js";
import { Uploader, requireReported } from "./upload.js";

export interface RepositoryOptions extends ConnectionOptions {
  /**
   * Uploads blobs in chunks of so many bytes, at most 64 MiB. Unless given, in one request, but for a registry that asks for
   * chunks (`OCI-Chunk-Min-Length`). A chunk is held in memory; of a failed one only the rest is sent again.
   */
  readonly chunkBytes?: number;
}

/**
 * A repository in a registry, by the OCI distribution specification 1.1.
 *
 * @example
 * const repository = new Repository("ghcr.io/me/hello", { credentials: dockerConfigCredentials() });
 * const manifest = await fetchManifest(repository, await repository.resolve("v1"));
 */
export class Repository implements Target, TagLister, Deleter, Mounter {
  readonly registry: string;
  readonly repository: string;
  readonly #client: RegistryClient;
  readonly #retry: RetryOptions;
  readonly #uploader: Uploader;
  readonly #referrers: Referrers;
  /** The manifest that went there last: it is the one that gets a tag, and need not come back for that. */
  #lastPushed: { readonly digest: string; readonly bytes: Uint8Array } | undefined;

  /** Takes `registry/repository` as text, or a reference of which tag and digest are left aside. */
  constructor(reference: string | Reference, options: RepositoryOptions = {}) {
    const { registry, repository } = typeof reference === "string" ? parseName(reference) : reference;
    this.registry = registry;
    this.repository = repository;
    const connection = connect(registry, repository, options);
    this.#client = connection.client;
    this.#retry = connection.retry;
    this.#uploader = new Uploader(connection, repository, options.chunkBytes);
    this.#referrers = new Referrers(connection, repository, {
      resolve: (tag, operation) => this.resolve(tag, operation),
      fetch: (descriptor, operation) => this.fetch(descriptor, operation),
      putTagged: async (descriptor, bytes, tag, operation) => {
        await this.#putManifest(tag, descriptor, bytes, operation);
      },
    });
  }

  async resolve(reference: string, options: OperationOptions = {}): Promise<Descriptor> {
    if (!isDigest(reference)) requireTag(reference);
    const response = await this.#manifestRequest("HEAD", reference, options);
    response.drop();
    const reported = response.header("docker-content-digest");
    const size = contentLength(response);
    // Both are optional for a HEAD; then the manifest itself says what it is.
    if (reported === undefined || size === undefined) return this.#resolveByContent(reference, options);
    const digest = parseDigest(reported);
    if (isDigest(reference)) requireDigest(reference, digest);
    const descriptor = { mediaType: mediaTypeOf(response), digest, size };
    requireSize(descriptor, maxManifestBytes);
    return descriptor;
  }

  async exists(descriptor: Descriptor, options: OperationOptions = {}): Promise<boolean> {
    const response = await this.#client.request({
      method: "HEAD",
      url: this.#path(descriptor),
      access: access.pull(this.repository),
      headers: acceptFor(descriptor),
      doing: `looking for ${descriptor.digest}`,
      signal: options.signal,
      expect: [200, 404],
      retry: true,
    });
    response.drop();
    return response.status === 200;
  }

  async fetch(descriptor: Descriptor, options: OperationOptions = {}): Promise<AsyncIterable<Uint8Array>> {
    if (isManifestMediaType(descriptor.mediaType)) requireSize(descriptor, maxManifestBytes);
    const response = await this.#client.request({
      method: "GET",
      url: this.#path(descriptor),
      access: access.pull(this.repository),
      headers: acceptFor(descriptor),
      doing: `fetching ${descriptor.digest}`,
      signal: options.signal,
      expect: [200, 404],
      retry: true,
    });
    if (response.status === 404) {
      response.drop();
      throw contentNotFound(descriptor, this.#name(), 404);
    }
    const size = contentLength(response);
    if (size !== undefined && size !== descriptor.size) {
      response.drop();
      throw new OrasError(
        "ORAS_SIZE_MISMATCH",
        `${this.#name()} offers ${size} bytes for ${descriptor.digest} where ${descriptor.size} were announced`,
        { hint: "The stored content is damaged, or a proxy answers in place of the registry." },
      );
    }
    const body = resumedBody(response, {
      retry: this.#retry,
      signal: options.signal,
      again: (from) => this.#fetchFrom(descriptor, from, options),
    });
    return verified(body, descriptor);
  }

  /** What follows the first bytes of a blob. Undefined where the registry sends no parts, or another than was asked for. */
  async #fetchFrom(
    descriptor: Descriptor,
    from: number,
    options: OperationOptions,
  ): Promise<HttpResponse | undefined> {
    if (from >= descriptor.size) return undefined;
    const response = await this.#client.request({
      method: "GET",
      url: this.#path(descriptor),
      access: access.pull(this.repository),
      headers: { ...acceptFor(descriptor), range: `bytes=${from}-${descriptor.size - 1}` },
      doing: `fetching the rest of ${descriptor.digest}`,
      signal: options.signal,
      expect: [200, 206, 404, 416],
      retry: true,
    });
    const range = response.header("content-range");
    if (response.status === 206 && range?.startsWith(`bytes ${from}-`) === true) return response;
    response.drop();
    return undefined;
  }

  async push(descriptor: Descriptor, content: Content, options: OperationOptions = {}): Promise<void> {
    if (!isManifestMediaType(descriptor.mediaType)) {
      return this.#uploader.push(descriptor, content, options);
    }
    requireSize(descriptor, maxManifestBytes);
    const bytes = await readAll(verified(await open(content), descriptor), maxManifestBytes);
    const links = linksOf(bytes, descriptor);
    const listed = await this.#putManifest(descriptor.digest, descriptor, bytes, options);
    this.#lastPushed = { digest: descriptor.digest, bytes };
    if (links.subject === undefined || listed) return;
    await this.#referrers.add(links.subject, asPredecessor(descriptor, links), options);
  }

  /**
   * The manifests whose subject this is. Where the registry keeps no such list, the one under the fallback tag; `push` of a manifest
   * with a subject and `delete` keep that up to date.
   */
  async predecessors(descriptor: Descriptor, options: OperationOptions = {}): Promise<readonly Descriptor[]> {
    return this.#referrers.list(descriptor, options);
  }

  /**
   * Takes a blob over from another repository of the same registry, without its bytes moving. False when that is not possible;
   * `push` it then. `copy` tries this by itself.
   */
  async mount(descriptor: Descriptor, from: Fetcher, options: OperationOptions = {}): Promise<boolean> {
    if (!(from instanceof Repository) || from.registry !== this.registry) return false;
    if (from.repository === this.repository || isManifestMediaType(descriptor.mediaType)) return false;
    return this.#uploader.mount(descriptor, from.repository, options);
  }

  /** All tags, in the registry's order. */
  async tags(options: OperationOptions = {}): Promise<readonly string[]> {
    const doing = `listing the tags of ${this.repository}`;
    const found: string[] = [];
    for await (const page of pages(this.#client, {
      ...options,
      path: `/v2/${this.repository}/tags/list`,
      access: access.pull(this.repository),
      doing,
    })) {
      const tags = stringsOf(page, "tags", doing);
      for (const tag of tags) requireTag(tag);
      found.push(...tags);
    }
    return found;
  }

  /** Deletes a manifest, with all its tags, or a blob. Registries may forbid it. */
  async delete(descriptor: Descriptor, options: OperationOptions = {}): Promise<void> {
    const links = isManifestMediaType(descriptor.mediaType)
      ? linksOf(await fetchBytes(this, descriptor, options), descriptor)
      : undefined;
    const found = await this.#delete(this.#path(descriptor), `deleting ${descriptor.digest}`, options);
    if (!found) throw contentNotFound(descriptor, this.#name(), 404);
    if (links?.subject !== undefined) await this.#referrers.remove(links.subject, descriptor, options);
  }

  /** Removes a tag and leaves what it named. Many registries cannot. */
  async untag(tag: string, options: OperationOptions = {}): Promise<void> {
    requireTag(tag);
    const found = await this.#delete(
      `/v2/${this.repository}/manifests/${tag}`,
      `removing the tag ${tag}`,
      options,
    );
    if (!found) throw tagNotFound(tag, this.#name(), undefined, 404);
  }

  async tag(descriptor: Descriptor, reference: string, options: OperationOptions = {}): Promise<void> {
    requireTag(reference);
    // The specification's only way to name a manifest is to send it under that name.
    const last = this.#lastPushed;
    const bytes =
      last?.digest === descriptor.digest ? last.bytes : await fetchBytes(this, descriptor, options);
    await this.#putManifest(reference, descriptor, bytes, options);
  }

  async #delete(url: string, doing: string, options: OperationOptions): Promise<boolean> {
    const response = await this.#client.request({
      method: "DELETE",
      url,
      access: access.delete(this.repository),
      doing,
      signal: options.signal,
      expect: [200, 202, 204, 404],
      retry: true,
    });
    response.drop();
    return response.status !== 404;
  }

  async #resolveByContent(reference: string, options: OperationOptions): Promise<Descriptor> {
    const response = await this.#manifestRequest("GET", reference, options);
    const bytes = await readBody(response, maxManifestBytes);
    const digest = digestOf(
      bytes,
      isDigest(reference) && reference.startsWith("sha512:") ? "sha512" : "sha256",
    );
    if (isDigest(reference)) requireDigest(reference, digest);
    return { mediaType: mediaTypeOf(response), digest, size: bytes.byteLength };
  }

  async #manifestRequest(
    method: "HEAD" | "GET",
    reference: string,
    options: OperationOptions,
  ): Promise<HttpResponse> {
    const response = await this.#client.request({
      method,
      url: `/v2/${this.repository}/manifests/${reference}`,
      access: access.pull(this.repository),
      headers: { accept: manifestMediaTypes.join(", ") },
      doing: `resolving ${reference}`,
      signal: options.signal,
      expect: [200, 404],
      retry: true,
    });
    if (response.status !== 404) return response;
    response.drop();
    throw tagNotFound(reference, this.#name(), undefined, 404);
  }

  /** Whether the registry itself lists the manifest under its subject. */
  async #putManifest(
    reference: string,
    descriptor: Descriptor,
    bytes: Uint8Array,
    options: OperationOptions,
  ): Promise<boolean> {
    const response = await this.#client.request({
      method: "PUT",
      url: `/v2/${this.repository}/manifests/${reference}`,
      access: access.push(this.repository),
      headers: { "content-type": descriptor.mediaType },
      body: bytesBody(bytes),
      doing: `pushing the manifest ${reference}`,
      signal: options.signal,
      expect: [201],
      retry: true,
    });
    response.drop();
    requireReported(response, descriptor.digest);
    return response.header("oci-subject") !== undefined;
  }

  #path(descriptor: Descriptor): string {
    const kind = isManifestMediaType(descriptor.mediaType) ? "manifests" : "blobs";
    return `/v2/${this.repository}/${kind}/${parseDigest(descriptor.digest)}`;
  }

  #name(): string {
    return `${this.registry}/${this.repository}`;
  }
}

function parseName(text: string): Reference {
  const reference = parseReference(text);
  if (reference.tag === undefined && reference.digest === undefined) return reference;
  throw new OrasError("ORAS_INVALID_REFERENCE", `"${printable(text)}" names more than a repository`, {
    hint: "Leave out the tag or digest here; resolve, tag and copy take it.",
  });
}

function acceptFor(descriptor: Descriptor): Record<string, string> {
  return isManifestMediaType(descriptor.mediaType) ? { accept: descriptor.mediaType } : {};
}

function contentLength(response: HttpResponse): number | undefined {
  const text = response.header("content-length");
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function mediaTypeOf(response: HttpResponse): string {
  const mediaType = response.header("content-type")?.split(";")[0]?.trim() ?? "";
  if (isManifestMediaType(mediaType)) return mediaType;
  throw new OrasError(
    "ORAS_PROTOCOL",
    `${response.url.host} serves ${mediaType === "" ? "no media type" : `"${printable(mediaType)}"`} where a manifest belongs`,
    { hint: "Check that the address is a registry's; a login page or a proxy answers like this too." },
  );
}
