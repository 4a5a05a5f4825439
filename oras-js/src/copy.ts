import { fetchBytes, requireSize } from "./content.js";
import type { Descriptor } from "./descriptor.js";
import { isDigest } from "./digest.js";
import { OrasError } from "./errors.js";
import { successors } from "./manifest.js";
import { isManifestMediaType } from "./media-types.js";
import type { OperationOptions, Pusher, ReadOnlyTarget, Tagger } from "./roles.js";

export interface CopyOptions extends OperationOptions {
  /** The largest blob taken over. No limit unless given: blobs are streamed, not held in memory. */
  readonly maxBlobBytes?: number;
  /** How many blobs travel at once. 3 unless given. */
  readonly concurrency?: number;
  /** Told of every piece of content, once it is in its place. */
  readonly onCopied?: (descriptor: Descriptor, outcome: "copied" | "existed") => void;
}

// An index of indexes of ... is legal and useless; a real one is two levels deep.
const maxDepth = 4;

/**
 * Copies an artifact with all it consists of from one target to another and returns its manifest's descriptor. What the
 * destination has is not sent again. Blobs go before the manifest that names them, the tag comes last, so
 * whoever sees the tag can fetch everything.
 *
 * Leave out `toReference` to keep the name; a digest is kept by not tagging at all.
 *
 * @example
 * const layout = await OciLayout.open("build/oci");
 * const remote = new Repository("127.0.0.1:5000/filters/hello");
 * const manifest = await copy(layout, "v1", remote, "v1");
 */
export async function copy(
  from: ReadOnlyTarget,
  fromReference: string,
  to: Pusher & Tagger,
  toReference: string = fromReference,
  options: CopyOptions = {},
): Promise<Descriptor> {
  const root = await from.resolve(fromReference, options);
  await new Copy(from, to, options).run(root);
  if (!isDigest(toReference)) await to.tag(root, toReference, options);
  else if (toReference !== root.digest) {
    throw new OrasError("ORAS_INVALID_REFERENCE", `${toReference} cannot name ${root.digest}`, {
      hint: "Content has one digest only. Give a tag as the destination's reference.",
    });
  }
  return root;
}

class Copy {
  readonly #from: ReadOnlyTarget;
  readonly #to: Pusher & Tagger;
  readonly #options: CopyOptions;
  /** One journey per digest: a blob listed twice travels once. */
  readonly #journeys = new Map<string, Promise<void>>();

  constructor(from: ReadOnlyTarget, to: Pusher & Tagger, options: CopyOptions) {
    this.#from = from;
    this.#to = to;
    this.#options = options;
  }

  async run(root: Descriptor): Promise<void> {
    // The first failure ends the other transfers too.
    const failure = new AbortController();
    const outer = this.#options.signal;
    const signal = outer === undefined ? failure.signal : AbortSignal.any([outer, failure.signal]);
    await this.#node(root, 0, signal, failure);
  }

  async #node(node: Descriptor, depth: number, signal: AbortSignal, failure: AbortController): Promise<void> {
    const underway = this.#journeys.get(node.digest);
    if (underway !== undefined) return underway;
    const journey = isManifestMediaType(node.mediaType)
      ? this.#manifest(node, depth, signal, failure)
      : this.#blob(node, signal);
    this.#journeys.set(node.digest, journey);
    return journey;
  }

  async #manifest(
    node: Descriptor,
    depth: number,
    signal: AbortSignal,
    failure: AbortController,
  ): Promise<void> {
    if (depth > maxDepth) {
      throw new OrasError("ORAS_INVALID_MANIFEST", `${node.digest} lies more than ${maxDepth} indexes deep`, {
        hint: "Copy the image itself by its digest.",
      });
    }
    // Where the manifest is, its content is: registries and layouts get the manifest last.
    if (await this.#to.exists(node, { signal })) return this.#done(node, "existed");
    const bytes = await fetchBytes(this.#from, node, { signal });
    await forEachAtOnce(successors(bytes, node), this.#options.concurrency ?? 3, failure, (successor) =>
      this.#node(successor, depth + 1, signal, failure),
    );
    await this.#to.push(node, bytes, { signal });
    this.#done(node, "copied");
  }

  async #blob(node: Descriptor, signal: AbortSignal): Promise<void> {
    requireSize(node, this.#options.maxBlobBytes ?? Number.MAX_SAFE_INTEGER);
    if (await this.#to.exists(node, { signal })) return this.#done(node, "existed");
    // A function, so that the destination can ask for the bytes again when a transfer fails half way.
    await this.#to.push(node, () => this.#from.fetch(node, { signal }), { signal });
    this.#done(node, "copied");
  }

  #done(node: Descriptor, outcome: "copied" | "existed"): void {
    this.#options.onCopied?.(node, outcome);
  }
}

/** Runs the action for every item, a few at once; after a failure starts no more and waits for those under way. */
async function forEachAtOnce<T>(
  items: readonly T[],
  limit: number,
  failure: AbortController,
  action: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const failed: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (const item of queue) {
      if (failed.length > 0) return;
      try {
        await action(item);
      } catch (error) {
        failed.push(error);
        failure.abort(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(limit, items.length)) }, worker));
  if (failed.length > 0) throw failed[0];
}
