import { fetchBytes } from "./content.js";
import { type CopyOptions, GraphCopy, resolveRoot, tagUnlessDigest } from "./copy.js";
import type { Descriptor } from "./descriptor.js";
import { discover } from "./discover.js";
import { maxGraphNodes, tooManyNodes } from "./graph.js";
import { successors } from "./manifest.js";
import { isIndexMediaType, isManifestMediaType } from "./media-types.js";
import type {
  Fetcher,
  OperationOptions,
  PredecessorFinder,
  Pusher,
  ReadOnlyTarget,
  Tagger,
} from "./roles.js";

/**
 * Copies an artifact as `copy` does, and with it all that is attached: signatures, SBOMs, and what is attached to those; for an
 * index also what is attached to its images. Subjects go before their referrers, the tag comes last.
 */
export async function extendedCopy(
  from: ReadOnlyTarget & PredecessorFinder,
  fromReference: string,
  to: Pusher & Tagger,
  toReference: string = fromReference,
  options: CopyOptions = {},
): Promise<Descriptor> {
  const root = await resolveRoot(from, fromReference, toReference, options);
  const queue = [root];
  const seen = new Set([root.digest]);
  const enqueue = (nodes: readonly Descriptor[]): void => {
    for (const node of nodes) {
      if (seen.has(node.digest)) continue;
      if (seen.size >= maxGraphNodes) throw tooManyNodes(root.digest);
      seen.add(node.digest);
      queue.push(node);
    }
  };
  const graphs = new GraphCopy(from, to, options);
  for (const node of queue) {
    await graphs.run(node);
    // After that they exist at the destination; they are in the queue for their own referrers.
    enqueue(await imagesOf(from, node, options));
    enqueue(await discover(from, node, options));
  }
  await tagUnlessDigest(to, root, toReference, options);
  return root;
}

async function imagesOf(
  from: Fetcher,
  node: Descriptor,
  options: OperationOptions,
): Promise<readonly Descriptor[]> {
  if (!isIndexMediaType(node.mediaType)) return [];
  const listed = successors(await fetchBytes(from, node, options), node);
  return listed.filter(({ mediaType }) => isManifestMediaType(mediaType));
}
