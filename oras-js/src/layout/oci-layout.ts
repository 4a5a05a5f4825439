import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open as openFile, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve as absolute } from "node:path";
import { discard, fetchBytes, maxManifestBytes, open, tooLarge, verified } from "../content.js";
import { type Descriptor, isRecord, parseDescriptor } from "../descriptor.js";
import { algorithmOf, hexOf, isDigest, parseDigest } from "../digest.js";
import { OrasError } from "../errors.js";
import { Graph, maxGraphNodes, tooManyNodes } from "../graph.js";
import { annotationKeys, isManifestMediaType, mediaTypes } from "../media-types.js";
import { contentNotFound, tagNotFound } from "../not-found.js";
import { requireTag } from "../reference.js";
import type { Content, OperationOptions, Target } from "../roles.js";

const layoutVersion = "1.0.0";

/**
 * A folder in the OCI image layout (image-spec, image-layout.md):
 *
 *     oci-layout            {"imageLayoutVersion":"1.0.0"}
 *     index.json            the manifests, tagged by annotation
 *     blobs/sha256/HEX      everything, manifests included
 *
 * Every file is written beside its place and renamed into it. One process at a time may write.
 */
export class OciLayout implements Target {
  readonly #root: string;
  readonly #graph = new Graph();
  /** The last change of index.json; the next one waits for it. */
  #indexChange: Promise<void> = Promise.resolve();

  private constructor(root: string) {
    this.#root = root;
  }

  /** Opens a folder that holds a layout. */
  static async open(path: string): Promise<OciLayout> {
    const layout = new OciLayout(absolute(path));
    await layout.#checkVersion();
    await layout.#readIndex();
    return layout;
  }

  /** Opens a folder, and makes it a layout if it is missing or empty of one. */
  static async create(path: string): Promise<OciLayout> {
    const layout = new OciLayout(absolute(path));
    await io(layout.#root, () => mkdir(join(layout.#root, "blobs", "sha256"), { recursive: true }));
    if (!(await isFile(join(layout.#root, "index.json")))) await layout.#writeIndex([]);
    if (!(await isFile(join(layout.#root, "oci-layout")))) {
      await layout.#replace("oci-layout", JSON.stringify({ imageLayoutVersion: layoutVersion }));
    }
    return OciLayout.open(path);
  }

  async fetch(descriptor: Descriptor, options: OperationOptions = {}): Promise<AsyncIterable<Uint8Array>> {
    const path = this.#blobPath(descriptor);
    // A pipe or a device in the place of a blob would never end.
    if (!(await isFile(path))) throw contentNotFound(descriptor, this.#root);
    const { signal } = options;
    return verified(
      translated(createReadStream(path, signal === undefined ? {} : { signal }), path, signal),
      descriptor,
    );
  }

  async exists(descriptor: Descriptor): Promise<boolean> {
    return isFile(this.#blobPath(descriptor), descriptor.size);
  }

  async push(descriptor: Descriptor, content: Content, options: OperationOptions = {}): Promise<void> {
    const path = this.#blobPath(descriptor);
    if (await isFile(path, descriptor.size)) await discard(content);
    else await this.#writeBlob(path, verified(await open(content), descriptor), options.signal);
    if (isManifestMediaType(descriptor.mediaType)) await this.#list(descriptor);
  }

  async resolve(reference: string): Promise<Descriptor> {
    const manifests = await this.#readIndex();
    const found = isDigest(reference)
      ? manifests.find((manifest) => manifest.digest === reference)
      : manifests.find((manifest) => tagOf(manifest) === reference);
    if (found === undefined) {
      const tags = manifests.map(tagOf).filter((tag) => tag !== undefined);
      throw tagNotFound(reference, this.#root, tags);
    }
    return withoutTag(found);
  }

  async tag(descriptor: Descriptor, reference: string): Promise<void> {
    requireTag(reference);
    if (!(await this.exists(descriptor))) throw contentNotFound(descriptor, this.#root);
    const tagged = {
      ...descriptor,
      annotations: { ...descriptor.annotations, [annotationKeys.refName]: reference },
    };
    await this.#changeIndex((manifests) => [
      ...manifests.filter(
        (other) =>
          tagOf(other) !== reference && !(other.digest === descriptor.digest && tagOf(other) === undefined),
      ),
      tagged,
    ]);
  }

  /** The tags in index.json, in its order. */
  async tags(): Promise<readonly string[]> {
    return (await this.#readIndex()).map(tagOf).filter((tag) => tag !== undefined);
  }

  /** Reads every manifest there is, once. One that is missing or too large to read points to nothing. */
  async predecessors(descriptor: Descriptor, options: OperationOptions = {}): Promise<readonly Descriptor[]> {
    const queue = [...(await this.#readIndex())];
    const queued = new Set(queue.map(({ digest }) => digest));
    for (const node of queue) {
      if (!isManifestMediaType(node.mediaType) || this.#graph.has(node)) continue;
      if (node.size > maxManifestBytes || !(await this.exists(node))) continue;
      for (const next of this.#graph.add(node, await fetchBytes(this, node, options))) {
        if (queued.has(next.digest) || !isManifestMediaType(next.mediaType)) continue;
        if (queued.size >= maxGraphNodes) throw tooManyNodes(this.#root);
        queued.add(next.digest);
        queue.push(next);
      }
    }
    return this.#graph.predecessors(descriptor);
  }

  /** A checked digest holds hex only, so the path stays inside the folder. */
  #blobPath(descriptor: Descriptor): string {
    const digest = parseDigest(descriptor.digest);
    return join(this.#root, "blobs", algorithmOf(digest), hexOf(digest));
  }

  async #writeBlob(
    path: string,
    source: AsyncIterable<Uint8Array>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const temporary = join(this.#root, `.push-${randomUUID()}`);
    try {
      await io(path, () => mkdir(dirname(path), { recursive: true }));
      const file = await io(temporary, () => openFile(temporary, "wx"));
      try {
        for await (const chunk of source) {
          signal?.throwIfAborted();
          await io(temporary, () => writeWhole(file, chunk));
        }
      } finally {
        await file.close();
      }
      await io(path, () => rename(temporary, path));
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  /** Lists a manifest in index.json, so that it can be found without a tag. */
  async #list(descriptor: Descriptor): Promise<void> {
    await this.#changeIndex((manifests) =>
      manifests.some((other) => other.digest === descriptor.digest) ? manifests : [...manifests, descriptor],
    );
  }

  async #changeIndex(change: (manifests: readonly Descriptor[]) => readonly Descriptor[]): Promise<void> {
    const changed = this.#indexChange.then(async () => {
      const before = await this.#readIndex();
      const after = change(before);
      if (after !== before) await this.#writeIndex(after);
    });
    // The caller hears of a failure; whoever comes next starts afresh.
    this.#indexChange = changed.catch(() => undefined);
    await changed;
  }

  async #readIndex(): Promise<readonly Descriptor[]> {
    const index = await this.#readJson("index.json");
    if (!Array.isArray(index["manifests"])) throw this.#broken("index.json has no manifests");
    return index["manifests"].map((entry, position) =>
      parseDescriptor(entry, `index.json manifests[${position}]`),
    );
  }

  async #writeIndex(manifests: readonly Descriptor[]): Promise<void> {
    await this.#replace(
      "index.json",
      JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.imageIndex, manifests }),
    );
  }

  async #checkVersion(): Promise<void> {
    const { imageLayoutVersion } = await this.#readJson("oci-layout");
    if (imageLayoutVersion !== layoutVersion)
      throw this.#broken(`oci-layout does not say version ${layoutVersion}`);
  }

  async #readJson(name: string): Promise<Record<string, unknown>> {
    const path = join(this.#root, name);
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
      throw ioError(path, error);
    });
    if (!found?.isFile()) throw this.#broken(`there is no file ${name} in it`);
    if (found.size > maxManifestBytes) throw tooLarge(path, maxManifestBytes);
    const text = await io(path, () => readFile(path, "utf8"));
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      throw this.#broken(`${name} is not JSON`, cause);
    }
    if (!isRecord(value)) throw this.#broken(`${name} is not a JSON object`);
    return value;
  }

  async #replace(name: string, text: string): Promise<void> {
    const temporary = join(this.#root, `.write-${randomUUID()}`);
    try {
      await io(temporary, () => writeFile(temporary, text, { flag: "wx" }));
      await io(name, () => rename(temporary, join(this.#root, name)));
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  #broken(problem: string, cause?: unknown): OrasError {
    return new OrasError("ORAS_INVALID_LAYOUT", `${this.#root} is not an OCI image layout: ${problem}`, {
      hint: "Name the folder that holds oci-layout and index.json, or write it again.",
      cause,
    });
  }
}

function tagOf(descriptor: Descriptor): string | undefined {
  return descriptor.annotations?.[annotationKeys.refName];
}

/** The tag is this layout's name for the manifest, not a property of the manifest. */
function withoutTag(descriptor: Descriptor): Descriptor {
  const { annotations, ...rest } = descriptor;
  if (annotations === undefined) return rest;
  const kept = Object.entries(annotations).filter(([key]) => key !== annotationKeys.refName);
  return kept.length === 0 ? rest : { ...rest, annotations: Object.fromEntries(kept) };
}

async function isFile(path: string, size?: number): Promise<boolean> {
  try {
    const found = await stat(path);
    return found.isFile() && (size === undefined || found.size === size);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return false;
    throw ioError(path, error);
  }
}

async function writeWhole(file: Awaited<ReturnType<typeof openFile>>, chunk: Uint8Array): Promise<void> {
  let offset = 0;
  while (offset < chunk.byteLength) {
    const { bytesWritten } = await file.write(chunk, offset);
    offset += bytesWritten;
  }
}

async function* translated(
  source: AsyncIterable<Uint8Array>,
  path: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* source;
  } catch (error) {
    signal?.throwIfAborted();
    throw ioError(path, error);
  }
}

async function io<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw ioError(path, error);
  }
}

function ioError(path: string, cause: unknown): OrasError {
  const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
  return new OrasError("ORAS_LAYOUT_IO", `${path} cannot be read or written: ${reason}`, {
    hint: "Check that the folder exists, that you may write to it and that the disk is not full.",
    cause,
  });
}
