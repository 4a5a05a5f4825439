import { fetchBytes, maxManifestBytes } from "./content.js";
import type { Descriptor } from "./descriptor.js";
import type { Digest } from "./digest.js";
import { isOrasError, OrasError } from "./errors.js";
import { type Links, linksOf } from "./manifest.js";
import { isManifestMediaType } from "./media-types.js";
import type { Fetcher, OperationOptions, Pusher } from "./roles.js";

/** The most manifests that are looked at to answer one question: far beyond honest ones, well within memory. */
export const maxGraphNodes = 10_000;

/** Who points to whom among the manifests of a store that has them all at hand. */
export class Graph {
  readonly #known = new Set<Digest>();
  readonly #predecessors = new Map<Digest, Map<Digest, Descriptor>>();

  has(manifest: Descriptor): boolean {
    return this.#known.has(manifest.digest);
  }

  /**
   * Takes in a manifest and returns what it points to, its subject included. A malformed one points to nothing:
   * a store may hold it, and only who reads it needs to hear of that.
   */
  add(manifest: Descriptor, bytes: Uint8Array): readonly Descriptor[] {
    this.#known.add(manifest.digest);
    const links = linksIfAny(bytes, manifest);
    if (links === undefined) return [];
    const node = asPredecessor(manifest, links);
    const targets = links.subject === undefined ? links.successors : [...links.successors, links.subject];
    for (const { digest } of targets) {
      const known = this.#predecessors.get(digest);
      if (known === undefined) this.#predecessors.set(digest, new Map([[node.digest, node]]));
      else known.set(node.digest, node);
    }
    return targets;
  }

  /** Forgets a manifest: it points to nothing any more. */
  delete(manifest: Descriptor): void {
    this.#known.delete(manifest.digest);
    for (const known of this.#predecessors.values()) known.delete(manifest.digest);
  }

  predecessors(descriptor: Descriptor): readonly Descriptor[] {
    return [...(this.#predecessors.get(descriptor.digest)?.values() ?? [])];
  }
}

/** Takes in every manifest reachable from some. One that is missing or too large to be one points to nothing. */
export async function readGraph(
  graph: Graph,
  roots: readonly Descriptor[],
  store: Fetcher & Pick<Pusher, "exists">,
  where: string,
  options: OperationOptions,
): Promise<void> {
  const queue = [...roots];
  const queued = new Set(queue.map(({ digest }) => digest));
  for (const node of queue) {
    if (!isManifestMediaType(node.mediaType) || graph.has(node)) continue;
    if (node.size > maxManifestBytes || !(await store.exists(node, options))) continue;
    for (const next of graph.add(node, await fetchBytes(store, node, options))) {
      if (queued.has(next.digest) || !isManifestMediaType(next.mediaType)) continue;
      if (queued.size >= maxGraphNodes) throw tooManyNodes(where);
      queued.add(next.digest);
      queue.push(next);
    }
  }
}

/** As a registry lists a referrer: with the artifact type and the annotations of the manifest itself. */
export function asPredecessor(manifest: Descriptor, links: Links): Descriptor {
  return {
    mediaType: manifest.mediaType,
    digest: manifest.digest,
    size: manifest.size,
    ...(links.artifactType === undefined ? {} : { artifactType: links.artifactType }),
    ...(Object.keys(links.annotations).length === 0 ? {} : { annotations: links.annotations }),
  };
}

export function tooManyNodes(what: string): OrasError {
  return new OrasError("ORAS_TOO_LARGE", `${what} leads to more than ${maxGraphNodes} pieces of content`, {
    hint: "No honest artifact does. Refer to the part you need by its digest.",
  });
}

function linksIfAny(bytes: Uint8Array, manifest: Descriptor): Links | undefined {
  try {
    return linksOf(bytes, manifest);
  } catch (error) {
    if (isOrasError(error)) return undefined;
    throw error;
  }
}
