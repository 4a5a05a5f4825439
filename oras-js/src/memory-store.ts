import { maxBlobBytes, open, discard, readAll, requireSize, single, verified } from "./content.js";
import type { Descriptor } from "./descriptor.js";
import { isDigest } from "./digest.js";
import { Graph } from "./graph.js";
import { isManifestMediaType } from "./media-types.js";
import { contentNotFound, tagNotFound } from "./not-found.js";
import { requireTag } from "./reference.js";
import type { Content, Deleter, OperationOptions, TagLister, Target } from "./roles.js";

export interface MemoryStoreOptions {
  /** The largest piece of content taken in. 256 MiB unless given. */
  readonly maxBytes?: number;
}

/** A target in memory. */
export class MemoryStore implements Target, TagLister, Deleter {
  readonly #maxBytes: number;
  readonly #content = new Map<string, { readonly descriptor: Descriptor; readonly bytes: Uint8Array }>();
  readonly #graph = new Graph();
  readonly #tags = new Map<string, Descriptor>();

  constructor(options: MemoryStoreOptions = {}) {
    this.#maxBytes = options.maxBytes ?? maxBlobBytes;
  }

  async fetch(descriptor: Descriptor): Promise<AsyncIterable<Uint8Array>> {
    const found = this.#content.get(descriptor.digest);
    if (found === undefined) throw contentNotFound(descriptor, "the memory store");
    return verified(single(found.bytes), descriptor);
  }

  async exists(descriptor: Descriptor): Promise<boolean> {
    return this.#content.has(descriptor.digest);
  }

  async push(descriptor: Descriptor, content: Content, options: OperationOptions = {}): Promise<void> {
    if (this.#content.has(descriptor.digest)) return discard(content);
    requireSize(descriptor, this.#maxBytes);
    const bytes = await readAll(verified(await open(content), descriptor), this.#maxBytes);
    options.signal?.throwIfAborted();
    // A copy, so that a caller who goes on writing into its buffer cannot change what is stored.
    const own = Uint8Array.from(bytes);
    this.#content.set(descriptor.digest, { descriptor, bytes: own });
    if (isManifestMediaType(descriptor.mediaType)) this.#graph.add(descriptor, own);
  }

  async resolve(reference: string): Promise<Descriptor> {
    const found = isDigest(reference) ? this.#content.get(reference)?.descriptor : this.#tags.get(reference);
    if (found === undefined) throw tagNotFound(reference, "the memory store", [...this.#tags.keys()]);
    return found;
  }

  async tag(descriptor: Descriptor, reference: string): Promise<void> {
    requireTag(reference);
    if (!this.#content.has(descriptor.digest)) throw contentNotFound(descriptor, "the memory store");
    this.#tags.set(reference, descriptor);
  }

  async delete(descriptor: Descriptor): Promise<void> {
    if (!this.#content.delete(descriptor.digest)) throw contentNotFound(descriptor, "the memory store");
    for (const [tag, { digest }] of this.#tags) if (digest === descriptor.digest) this.#tags.delete(tag);
    this.#graph.delete(descriptor);
  }

  async tags(): Promise<readonly string[]> {
    return [...this.#tags.keys()];
  }

  async predecessors(descriptor: Descriptor): Promise<readonly Descriptor[]> {
    return this.#graph.predecessors(descriptor);
  }
}
