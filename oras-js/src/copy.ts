import { forEachAtOnce } from "./concurrency.js";
import { counted, fetchBytes, requireSize, tooLarge } from "./content.js";
import type { Descriptor, Platform } from "./descriptor.js";
import { isDigest } from "./digest.js";
import { OrasError } from "./errors.js";
import { maxGraphNodes, tooManyNodes } from "./graph.js";
import { successors } from "./manifest.js";
import { isManifestMediaType } from "./media-types.js";
import { selectPlatform } from "./platform.js";
import type { Fetcher, Mounter, OperationOptions, Pusher, ReadOnlyTarget, Tagger } from "./roles.js";

/** Whether the bytes travelled, were there, or were taken over inside the registry. */
export type CopyOutcome = "copied" | "existed" | "mounted";

export interface CopyOptions extends OperationOptions {
  /** The largest blob taken over. No limit unless given: blobs are streamed, not held in memory. */
  readonly maxBlobBytes?: number;
  /** The most that all of it may measure together, whether it travels or is there. No limit unless given. */
  readonly maxTotalBytes?: number;
  /** How many blobs travel at once. 3 unless given. */
  readonly concurrency?: number;
  /** Of an index only the image for this platform. All of them unless given. */
  readonly platform?: Platform;
  /** Told how many bytes of a blob have left the source; begins anew when a transfer does. */
  readonly onProgress?: (descriptor: Descriptor, bytes: number) => void;
  /** Told of every piece of content, once it is in its place. */
  readonly onCopied?: (descriptor: Descriptor, outcome: CopyOutcome) => void;
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
  const root = await resolveRoot(from, fromReference, toReference, options);
  await copyGraph(from, root, to, options);
  await tagUnlessDigest(to, root, toReference, options);
  return root;
}

/** What is to be copied, once it is sure that it can have the name it shall get. */
export async function resolveRoot(
  from: ReadOnlyTarget,
  fromReference: string,
  toReference: string,
  options: CopyOptions,
): Promise<Descriptor> {
  const resolved = await from.resolve(fromReference, options);
  const root =
    options.platform === undefined
      ? resolved
      : await selectPlatform(from, resolved, options.platform, options);
  if (isDigest(toReference) && toReference !== root.digest && toReference !== fromReference) {
    throw new OrasError("ORAS_INVALID_REFERENCE", `${toReference} cannot name ${root.digest}`, {
      hint: "Content has one digest only. Give a tag as the destination's reference.",
    });
  }
  return root;
}

export async function tagUnlessDigest(
  to: Tagger,
  root: Descriptor,
  reference: string,
  options: OperationOptions,
): Promise<void> {
  if (!isDigest(reference)) await to.tag(root, reference, options);
}

/** Copies what a descriptor consists of, and gives it no name. */
export async function copyGraph(
  from: Fetcher,
  root: Descriptor,
  to: Pusher,
  options: CopyOptions = {},
): Promise<void> {
  await new GraphCopy(from, to, options).run(root);
}

/** One copy of one or several graphs: what they have in common travels once and counts once. */
export class GraphCopy {
  readonly #from: Fetcher;
  readonly #to: Pusher;
  readonly #options: CopyOptions;
  /** One journey per digest: a blob listed twice travels once. */
  readonly #journeys = new Map<string, Promise<void>>();

  #totalBytes = 0;

  constructor(from: Fetcher, to: Pusher, options: CopyOptions) {
    this.#from = from;
    this.#to = to;
    this.#options = options;
  }

  async run(root: Descriptor): Promise<void> {
    await this.#node(root, 0, this.#options.signal);
  }

  async #node(node: Descriptor, depth: number, signal: AbortSignal | undefined): Promise<void> {
    const underway = this.#journeys.get(node.digest);
    if (underway !== undefined) return underway;
    if (this.#journeys.size >= maxGraphNodes) throw tooManyNodes(node.digest);
    const { maxTotalBytes } = this.#options;
    this.#totalBytes += node.size;
    if (maxTotalBytes !== undefined && this.#totalBytes > maxTotalBytes) {
      throw tooLarge("What is to be copied", maxTotalBytes);
    }
    const operation = signal === undefined ? {} : { signal };
    const journey = isManifestMediaType(node.mediaType)
      ? this.#manifest(node, depth, operation)
      : this.#blob(node, operation);
    this.#journeys.set(node.digest, journey);
    return journey;
  }

  async #manifest(node: Descriptor, depth: number, operation: OperationOptions): Promise<void> {
    if (depth > maxDepth) {
      throw new OrasError("ORAS_INVALID_MANIFEST", `${node.digest} lies more than ${maxDepth} indexes deep`, {
        hint: "Copy the image itself by its digest.",
      });
    }
    // Where the manifest is, its content is: registries and layouts get the manifest last.
    if (await this.#to.exists(node, operation)) return this.#done(node, "existed");
    const bytes = await fetchBytes(this.#from, node, operation);
    await forEachAtOnce(
      successors(bytes, node),
      this.#options.concurrency ?? 3,
      operation.signal,
      (successor, signal) => this.#node(successor, depth + 1, signal),
    );
    await this.#to.push(node, bytes, operation);
    this.#done(node, "copied");
  }

  async #blob(node: Descriptor, operation: OperationOptions): Promise<void> {
    requireSize(node, this.#options.maxBlobBytes ?? Number.MAX_SAFE_INTEGER);
    if (await this.#to.exists(node, operation)) return this.#done(node, "existed");
    if (isMounter(this.#to) && (await this.#to.mount(node, this.#from, operation))) {
      return this.#done(node, "mounted");
    }
    // A function, so that the destination can ask for the bytes again when a transfer fails half way.
    const open = async (): Promise<AsyncIterable<Uint8Array>> =>
      this.#counted(node, await this.#from.fetch(node, operation));
    await this.#to.push(node, open, operation);
    this.#done(node, "copied");
  }

  #counted(node: Descriptor, source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    const { onProgress } = this.#options;
    return onProgress === undefined ? source : counted(source, (bytes) => onProgress(node, bytes));
  }

  #done(node: Descriptor, outcome: CopyOutcome): void {
    this.#options.onCopied?.(node, outcome);
  }
}

function isMounter(target: Pusher): target is Pusher & Mounter {
  return "mount" in target && typeof target.mount === "function";
}
