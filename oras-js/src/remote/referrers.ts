import { fetchBytes } from "../content.js";
import { type Descriptor, describe, parseDescriptor } from "../descriptor.js";
import { algorithmOf, hexOf } from "../digest.js";
import { OrasError, isOrasError } from "../errors.js";
import { maxGraphNodes, tooManyNodes } from "../graph.js";
import { parseIndex } from "../manifest.js";
import { mediaTypes } from "../media-types.js";
import type { OperationOptions, ReadOnlyTarget } from "../roles.js";
import { access } from "./access.js";
import type { Connection } from "./connection.js";
import { followingPages } from "./pages.js";

/** What the list under the fallback tag needs of its repository. */
export interface FallbackStore extends ReadOnlyTarget {
  /** Stores the list and names it, in one step. */
  putTagged(descriptor: Descriptor, bytes: Uint8Array, tag: string, options: OperationOptions): Promise<void>;
}

// Others who write at the same moment; each round somebody gets through.
const maxRounds = 5;

/** Who refers to a manifest: the registry's own list, or the one clients keep under a tag (distribution-spec, "Listing Referrers"). */
export class Referrers {
  readonly #connection: Connection;
  readonly #repository: string;
  readonly #store: FallbackStore;
  /** Changes of one list, one after the other. */
  readonly #changes = new Map<string, Promise<void>>();

  constructor(connection: Connection, repository: string, store: FallbackStore) {
    this.#connection = connection;
    this.#repository = repository;
    this.#store = store;
  }

  async list(subject: Descriptor, options: OperationOptions): Promise<readonly Descriptor[]> {
    return (await this.#fromApi(subject, options)) ?? (await this.#fromTag(subject, options));
  }

  /** Adds a referrer to the list under the tag, for a registry that did not say `OCI-Subject`. */
  async add(subject: Descriptor, referrer: Descriptor, options: OperationOptions): Promise<void> {
    await this.#change(subject, options, (list) =>
      list.some(({ digest }) => digest === referrer.digest) ? list : [...list, referrer],
    );
  }

  /** Takes a referrer from the list under the tag, where the registry keeps no list itself. */
  async remove(subject: Descriptor, referrer: Descriptor, options: OperationOptions): Promise<void> {
    if ((await this.#fromApi(subject, options)) !== undefined) return;
    await this.#change(subject, options, (list) =>
      list.some(({ digest }) => digest === referrer.digest)
        ? list.filter(({ digest }) => digest !== referrer.digest)
        : list,
    );
  }

  /** Undefined where there is no such API: 404, or whatever else is no index. */
  async #fromApi(subject: Descriptor, options: OperationOptions): Promise<readonly Descriptor[] | undefined> {
    const doing = `listing the referrers of ${subject.digest}`;
    const request = {
      ...options,
      path: `/v2/${this.#repository}/referrers/${subject.digest}`,
      access: access.pull(this.#repository),
      headers: { accept: mediaTypes.imageIndex },
      doing,
    };
    const { client } = this.#connection;
    const first = await client.request({
      method: "GET",
      url: request.path,
      access: request.access,
      headers: request.headers,
      doing,
      signal: options.signal,
      expect: [200, 404],
      retry: true,
    });
    if (
      first.status === 404 ||
      first.header("content-type")?.split(";")[0]?.trim() !== mediaTypes.imageIndex
    ) {
      first.drop();
      return undefined;
    }
    const found: Descriptor[] = [];
    for await (const page of followingPages(client, request, first)) {
      const { manifests } = page;
      if (!Array.isArray(manifests)) {
        throw new OrasError("ORAS_PROTOCOL", `The registry's answer while ${doing} has no manifests`, {
          hint: "The registry, or a proxy in front of it, is broken.",
        });
      }
      if (found.length + manifests.length > maxGraphNodes) throw tooManyNodes(subject.digest);
      found.push(...manifests.map((entry, index) => parseDescriptor(entry, `referrers[${index}]`)));
    }
    return found;
  }

  async #fromTag(subject: Descriptor, options: OperationOptions): Promise<readonly Descriptor[]> {
    let index: Descriptor;
    try {
      index = await this.#store.resolve(fallbackTag(subject), options);
    } catch (error) {
      if (isOrasError(error, "ORAS_NOT_FOUND")) return [];
      throw error;
    }
    const listed = parseIndex(await fetchBytes(this.#store, index, options), index);
    if (listed.length > maxGraphNodes) throw tooManyNodes(subject.digest);
    return listed;
  }

  async #change(
    subject: Descriptor,
    options: OperationOptions,
    edit: (list: readonly Descriptor[]) => readonly Descriptor[],
  ): Promise<void> {
    const before = this.#changes.get(subject.digest) ?? Promise.resolve();
    const changed = before.then(() => this.#write(subject, options, edit));
    // The caller hears of a failure; whoever comes next starts afresh.
    const settled = changed.catch(() => undefined);
    this.#changes.set(subject.digest, settled);
    await changed;
    if (this.#changes.get(subject.digest) === settled) this.#changes.delete(subject.digest);
  }

  async #write(
    subject: Descriptor,
    options: OperationOptions,
    edit: (list: readonly Descriptor[]) => readonly Descriptor[],
  ): Promise<void> {
    // Registries know no conditional PUT of a tag, so what was written is looked at again.
    for (let round = 0; round < maxRounds; round++) {
      const list = await this.#fromTag(subject, options);
      const edited = edit(list);
      if (edited === list) return;
      const index = { schemaVersion: 2, mediaType: mediaTypes.imageIndex, manifests: edited };
      const bytes = new TextEncoder().encode(JSON.stringify(index));
      const descriptor = describe(mediaTypes.imageIndex, bytes);
      await this.#store.putTagged(descriptor, bytes, fallbackTag(subject), options);
    }
    const list = await this.#fromTag(subject, options);
    if (edit(list) === list) return;
    throw new OrasError(
      "ORAS_REGISTRY_ERROR",
      `The list of referrers of ${subject.digest} is overwritten by others each time it is written`,
      { hint: "Nothing but the list is missing. Attach again when the others are done." },
    );
  }
}

/** `sha256-HEX`, within the 128 characters of a tag. */
export function fallbackTag(subject: Descriptor): string {
  return `${algorithmOf(subject.digest)}-${hexOf(subject.digest).slice(0, 64)}`;
}
