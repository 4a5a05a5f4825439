import {
  type Descriptor,
  discover,
  type Fetcher,
  type OperationOptions,
  type PredecessorFinder,
} from "oras-js";
import { CliError } from "../errors.js";

/** A manifest, and what is attached to it. */
export interface ReferrerTree {
  readonly digest: string;
  readonly mediaType: string;
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly referrers: readonly ReferrerTree[];
}

// An artifact has a few; who wants a client to go on for ever offers more.
const maxReferrers = 1_000;

/** All that is attached to a manifest, at any depth. `artifactType` leaves out what is of another type at the first. */
export async function referrerTree(
  from: Fetcher & PredecessorFinder,
  root: Descriptor,
  options: OperationOptions & { readonly artifactType?: string },
): Promise<ReferrerTree> {
  // A digest cannot be in what it is made of, so there are no circles; the same one twice costs its limit.
  let count = 0;
  const { artifactType, ...operation } = options;
  const grow = async (node: Descriptor, only: { readonly artifactType?: string }): Promise<ReferrerTree> => {
    const referrers: ReferrerTree[] = [];
    for (const referrer of await discover(from, node, { ...operation, ...only })) {
      if (++count > maxReferrers) {
        throw new CliError(
          "ERR_IMAGE",
          `${root.digest} has more than ${maxReferrers} referrers`,
          "ask for those of one kind with --artifact-type",
        );
      }
      referrers.push(await grow(referrer, {}));
    }
    return { ...node, referrers };
  };
  return grow(root, artifactType === undefined ? {} : { artifactType });
}

/**
 * A line for each, drawn as a tree:
 *
 *     ├── application/spdx+json  sha256:…
 *     │   └── application/vnd.dev.sigstore.bundle.v0.3+json  sha256:…
 */
export function treeLines(tree: ReferrerTree, indent = ""): readonly string[] {
  return tree.referrers.flatMap((referrer, index) => {
    const last = index === tree.referrers.length - 1;
    return [
      `${indent}${last ? "└── " : "├── "}${referrer.artifactType ?? referrer.mediaType}  ${referrer.digest}`,
      ...treeLines(referrer, indent + (last ? "    " : "│   ")),
    ];
  });
}
