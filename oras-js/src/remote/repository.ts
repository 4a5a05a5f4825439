import {
  fetchBytes,
  isRepeatable,
  maxManifestBytes,
  open,
  readAll,
  requireDigest,
  requireSize,
  verified,
} from "../content.js";
import type { Credentials } from "../credentials/credential.js";
import type { Descriptor } from "../descriptor.js";
import { type Digest, digestOf, isDigest, parseDigest, printable } from "../digest.js";
import { OrasError, isOrasError } from "../errors.js";
import { isManifestMediaType, manifestMediaTypes } from "../media-types.js";
import { contentNotFound, tagNotFound } from "../not-found.js";
import { type Reference, parseReference, requireTag } from "../reference.js";
import type { Content, OperationOptions, Target } from "../roles.js";
import { Authorizer } from "./authorizer.js";
import { RegistryClient, spentError } from "./registry-client.js";
import { type RetryOptions, backoff, defaultRetry, isRetryableStatus, pauseFor, withRetry } from "./retry.js";
import { isLoopback } from "./safe-address.js";
import { type HttpResponse, Transport, bytesBody, readBody } from "./transport.js";

export interface RepositoryOptions {
  /** Anonymous unless given. */
  readonly credentials?: Credentials;
  /** http in place of https. True for localhost, 127.0.0.1 and [::1] unless given, false for everything else. */
  readonly plainHttp?: boolean;
  /** The authority that signed the registry's certificate, as PEM. */
  readonly ca?: string;
  /** Ends a request on which no byte moved for so long. One minute unless given. */
  readonly idleTimeoutMs?: number;
  readonly retry?: Partial<RetryOptions>;
}

/**
 * A repository in a registry, by the OCI distribution specification 1.1.
 *
 * @example
 * const repository = new Repository("ghcr.io/me/hello", { credentials: dockerConfigCredentials() });
 * const manifest = await fetchManifest(repository, await repository.resolve("v1"));
 */
export class Repository implements Target {
  readonly registry: string;
  readonly repository: string;
  readonly #origin: URL;
  readonly #client: RegistryClient;
  readonly #retry: RetryOptions;

  /** Takes `registry/repository` as text, or a reference of which tag and digest are left aside. */
  constructor(reference: string | Reference, options: RepositoryOptions = {}) {
    const { registry, repository } = typeof reference === "string" ? parseName(reference) : reference;
    this.registry = registry;
    this.repository = repository;
    this.#origin = originOf(registry, options.plainHttp);
    this.#retry = { ...defaultRetry, ...options.retry };
    const transport = new Transport({
      idleTimeoutMs: options.idleTimeoutMs ?? 60_000,
      ...(options.ca === undefined ? {} : { ca: options.ca }),
    });
    const authorizer = new Authorizer({
      registry,
      repository,
      origin: this.#origin,
      credentials: options.credentials,
      send: (request) => withRetry(this.#retry, request.signal, () => transport.send(request)),
    });
    this.#client = new RegistryClient(this.#origin, transport, authorizer, this.#retry);
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
      action: "pull",
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
      action: "pull",
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
    return verified(response.body(), descriptor);
  }

  async push(descriptor: Descriptor, content: Content, options: OperationOptions = {}): Promise<void> {
    if (!isManifestMediaType(descriptor.mediaType)) return this.#pushBlob(descriptor, content, options);
    requireSize(descriptor, maxManifestBytes);
    const bytes = await readAll(verified(await open(content), descriptor), maxManifestBytes);
    await this.#putManifest(descriptor.digest, descriptor, bytes, options);
  }

  async tag(descriptor: Descriptor, reference: string, options: OperationOptions = {}): Promise<void> {
    requireTag(reference);
    // The specification's only way to name a manifest is to send it under that name.
    await this.#putManifest(reference, descriptor, await fetchBytes(this, descriptor, options), options);
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
      action: "pull",
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

  async #putManifest(
    reference: string,
    descriptor: Descriptor,
    bytes: Uint8Array,
    options: OperationOptions,
  ): Promise<void> {
    const response = await this.#client.request({
      method: "PUT",
      url: `/v2/${this.repository}/manifests/${reference}`,
      action: "push",
      headers: { "content-type": descriptor.mediaType },
      body: bytesBody(bytes),
      doing: `pushing the manifest ${reference}`,
      signal: options.signal,
      expect: [201],
      retry: true,
    });
    response.drop();
    this.#requireReported(response, descriptor.digest);
  }

  /**
   * POST for a location, PUT with everything. A failed upload begins again with a new POST: the registry may
   * keep what it got of the old one.
   */
  async #pushBlob(descriptor: Descriptor, content: Content, options: OperationOptions): Promise<void> {
    const doing = `pushing the blob ${descriptor.digest}`;
    for (let count = 1; ; count++) {
      try {
        return await this.#upload(descriptor, content, doing, options);
      } catch (error) {
        if (!isWorthRepeating(error) || count >= this.#retry.attempts) throw error;
        if (!isRepeatable(content)) throw count === 1 ? error : spentError(doing, error);
      }
      await pauseFor(backoff(this.#retry, count), options.signal);
    }
  }

  async #upload(
    descriptor: Descriptor,
    content: Content,
    doing: string,
    options: OperationOptions,
  ): Promise<void> {
    const started = await this.#client.request({
      method: "POST",
      url: `/v2/${this.repository}/blobs/uploads/`,
      action: "push",
      doing,
      signal: options.signal,
      expect: [202],
      retry: true,
    });
    started.drop();
    const location = started.header("location");
    if (location === undefined) {
      throw new OrasError(
        "ORAS_PROTOCOL",
        `${this.#origin.host} accepts an upload and names no Location for it`,
        {
          hint: "The registry, or a proxy in front of it, is misconfigured.",
        },
      );
    }
    const url = this.#client.follow(location, started.url);
    url.searchParams.set("digest", descriptor.digest);
    const finished = await this.#client.request({
      method: "PUT",
      url,
      action: "push",
      headers: { "content-type": "application/octet-stream" },
      body: {
        size: descriptor.size,
        repeatable: isRepeatable(content),
        open: async () => verified(await open(content), descriptor),
      },
      doing,
      signal: options.signal,
      expect: [201],
      retry: false,
    });
    finished.drop();
    this.#requireReported(finished, descriptor.digest);
  }

  /** What the registry says it stored, if it says so, must be what was sent. */
  #requireReported(response: HttpResponse, digest: Digest): void {
    const reported = response.header("docker-content-digest");
    // A registry may report by another algorithm than was asked for; then there is nothing to compare.
    if (reported !== undefined && reported.split(":")[0] === digest.split(":")[0])
      requireDigest(digest, printable(reported));
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

function originOf(registry: string, plainHttp: boolean | undefined): URL {
  // Docker Hub's name is not the address of its registry.
  const host = registry === "docker.io" ? "registry-1.docker.io" : registry;
  const secure = new URL(`https://${host}`);
  return (plainHttp ?? isLoopback(secure.hostname)) ? new URL(`http://${host}`) : secure;
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

function isWorthRepeating(error: unknown): boolean {
  return isOrasError(error, "ORAS_NETWORK") || (isOrasError(error) && isRetryableStatus(error.status ?? 0));
}
