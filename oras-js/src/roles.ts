import type { Descriptor } from "./descriptor.js";

// The roles content storages play. `copy` and `pack` know nothing else, so whatever implements them
// works with every other target.

/**
 * Bytes to push: in memory, as a stream, or as a function that opens a stream. Only bytes and functions can be
 * read again, which a registry that fails half way makes necessary. A chunk belongs to who reads it: it is not written into again.
 */
export type Content = Uint8Array | AsyncIterable<Uint8Array> | ContentOpener;

export type ContentOpener = () => AsyncIterable<Uint8Array> | Promise<AsyncIterable<Uint8Array>>;

export interface OperationOptions {
  /** Ends the operation; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Gives the content of a descriptor. The bytes are verified: reading throws before the last of wrong bytes comes out. */
export interface Fetcher {
  fetch(descriptor: Descriptor, options?: OperationOptions): Promise<AsyncIterable<Uint8Array>>;
}

/** Takes content; what does not have the digest and size of its descriptor is refused. */
export interface Pusher {
  /** Whether the content is there already, so that nobody sends it again. */
  exists(descriptor: Descriptor, options?: OperationOptions): Promise<boolean>;
  /** Stores the content. Pushing what exists changes nothing, but a registry is sent the bytes again. */
  push(descriptor: Descriptor, content: Content, options?: OperationOptions): Promise<void>;
}

/** Knows what a tag or a digest stands for. */
export interface Resolver {
  resolve(reference: string, options?: OperationOptions): Promise<Descriptor>;
}

/** Gives a manifest it holds a name. */
export interface Tagger {
  tag(descriptor: Descriptor, reference: string, options?: OperationOptions): Promise<void>;
}

/** Knows the manifests that point to content, so that what is attached to it is found. */
export interface PredecessorFinder {
  /**
   * The manifests that point to the content, with their artifact types and annotations. A registry knows those alone
   * whose `subject` it is; the other targets also those that list it.
   */
  predecessors(descriptor: Descriptor, options?: OperationOptions): Promise<readonly Descriptor[]>;
}

/** Lists its names. */
export interface TagLister {
  tags(options?: OperationOptions): Promise<readonly string[]>;
}

/** Lets go of content; a manifest goes with its tags, what it points to stays. */
export interface Deleter {
  delete(descriptor: Descriptor, options?: OperationOptions): Promise<void>;
}

/** Can take content over from some other stores without reading it. */
export interface Mounter {
  /** False when that is not possible; then it has to be pushed. */
  mount(descriptor: Descriptor, from: Fetcher, options?: OperationOptions): Promise<boolean>;
}

export type ReadOnlyTarget = Fetcher & Resolver;

export type Target = Fetcher & Pusher & Resolver & Tagger & PredecessorFinder;
