import type { Descriptor } from "./descriptor.js";

// The roles content storages play. `copy` and `pack` know nothing else, so whatever implements these four
// works with every other target.

/**
 * Bytes to push: in memory, as a stream, or as a function that opens a stream. Only bytes and functions can be
 * read again, which a registry that fails half way makes necessary.
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

export type ReadOnlyTarget = Fetcher & Resolver;

export type Target = Fetcher & Pusher & Resolver & Tagger;
