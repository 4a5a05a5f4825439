import { fetchBytes } from "./content.js";
import { forEachAtOnce } from "./concurrency.js";
import type { Descriptor } from "./descriptor.js";
import { asPredecessor } from "./graph.js";
import { linksOf } from "./manifest.js";
import { isManifestMediaType } from "./media-types.js";
import type { Fetcher, OperationOptions, PredecessorFinder } from "./roles.js";

export interface DiscoverOptions extends OperationOptions {
  /** Only what is of this type. */
  readonly artifactType?: string;
  /** How many manifests are read at once. 3 unless given. */
  readonly concurrency?: number;
}

/**
 * What is attached to an artifact: the manifests whose subject it is, with their artifact types and annotations, in the order
 * the target lists them. Each is read: a list in a registry is a claim, a verified manifest is none.
 *
 * @example
 * const signatures = await discover(repository, await repository.resolve("v1"), {
 *   artifactType: "application/vnd.dev.sigstore.bundle.v0.3+json",
 * });
 */
export async function discover(
  from: Fetcher & PredecessorFinder,
  subject: Descriptor,
  options: DiscoverOptions = {},
): Promise<readonly Descriptor[]> {
  const listed = await from.predecessors(subject, options);
  const found = new Map<string, Descriptor>();
  await forEachAtOnce(listed, options.concurrency ?? 3, options.signal, async (candidate, signal) => {
    if (!isManifestMediaType(candidate.mediaType)) return;
    const links = linksOf(await fetchBytes(from, candidate, { signal }), candidate);
    if (links.subject?.digest !== subject.digest) return;
    if (options.artifactType !== undefined && links.artifactType !== options.artifactType) return;
    found.set(candidate.digest, asPredecessor(candidate, links));
  });
  const ordered = new Map(listed.map(({ digest }) => [digest, found.get(digest)]));
  return [...ordered.values()].filter((referrer) => referrer !== undefined);
}
