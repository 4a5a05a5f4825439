import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open as openFile, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve as absolute } from "node:path";
import { discard, maxManifestBytes, open, tooLarge, verified } from "../content.js";
import type { Descriptor } from "../descriptor.js";
import { algorithmOf, hexOf, parseDigest } from "../digest.js";
import { Graph, readGraph } from "../graph.js";
import { isManifestMediaType } from "../media-types.js";
import { contentNotFound } from "../not-found.js";
import { requireTag } from "../reference.js";
import type { Content, Deleter, OperationOptions, TagLister, Target } from "../roles.js";
import { io, ioError, readBytes, translated } from "./file-errors.js";
import {
  type Listed,
  checkLayoutText,
  find,
  indexText,
  invalidLayout,
  layoutText,
  manifestsOf,
  parseIndexText,
  tagsOf,
  withManifest,
  withoutManifest,
  withTag,
} from "./layout-files.js";
import { writeStream } from "./write-stream.js";

/**
 * A folder in the OCI image layout (image-spec, image-layout.md):
 *
 *     oci-layout            {"imageLayoutVersion":"1.0.0"}
 *     index.json            the manifests, tagged by annotation
 *     blobs/sha256/HEX      everything, manifests included
 *
 * Every file is written beside its place and renamed into it. One process at a time may write.
 */
export class OciLayout implements Target, TagLister, Deleter {
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
    checkLayoutText(await layout.#read("oci-layout"), layout.#root);
    await layout.#readIndex();
    return layout;
  }

  /** Opens a folder, and makes it a layout if it is missing or empty of one. */
  static async create(path: string): Promise<OciLayout> {
    const layout = new OciLayout(absolute(path));
    await io(layout.#root, () => mkdir(join(layout.#root, "blobs", "sha256"), { recursive: true }));
    if (!(await isFile(join(layout.#root, "index.json")))) await layout.#writeIndex([]);
    if (!(await isFile(join(layout.#root, "oci-layout")))) {
      await layout.#replace("oci-layout", layoutText);
    }
    return OciLayout.open(path);
  }

  async fetch(descriptor: Descriptor, options: OperationOptions = {}): Promise<AsyncIterable<Uint8Array>> {
    const path = this.#blobPath(descriptor);
    // A pipe or a device in the place of a blob would never end.
    if (!(await isFile(path))) throw contentNotFound(descriptor, this.#root);
    const { signal } = options;
    return verified(
      translated(
        createReadStream(path, { highWaterMark: readBytes, ...(signal === undefined ? {} : { signal }) }),
        path,
        signal,
      ),
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
    return find(manifests, reference, this.#root);
  }

  async tag(descriptor: Descriptor, reference: string): Promise<void> {
    requireTag(reference);
    if (!(await this.exists(descriptor))) throw contentNotFound(descriptor, this.#root);
    await this.#changeIndex((manifests) => withTag(manifests, descriptor, reference));
  }

  /** Takes a manifest out of index.json, with its tags, or a blob; then its file goes. */
  async delete(descriptor: Descriptor): Promise<void> {
    const path = this.#blobPath(descriptor);
    if (!(await isFile(path))) throw contentNotFound(descriptor, this.#root);
    await this.#changeIndex((manifests) => withoutManifest(manifests, descriptor));
    this.#graph.delete(descriptor);
    await io(path, () => rm(path));
  }

  /** What index.json lists, tagged or not. */
  async manifests(): Promise<readonly Descriptor[]> {
    return manifestsOf(await this.#readIndex());
  }

  /** The tags in index.json, in its order. */
  async tags(): Promise<readonly string[]> {
    return tagsOf(await this.#readIndex());
  }

  /** Reads every manifest there is, once. One that is missing or too large to read points to nothing. */
  async predecessors(descriptor: Descriptor, options: OperationOptions = {}): Promise<readonly Descriptor[]> {
    await readGraph(this.#graph, await this.#readIndex(), this, this.#root, options);
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
        await writeStream(file, path, source, 0, signal);
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
    await this.#changeIndex((manifests) => withManifest(manifests, descriptor));
  }

  async #changeIndex(change: (manifests: Listed) => Listed): Promise<void> {
    const changed = this.#indexChange.then(async () => {
      const before = await this.#readIndex();
      const after = change(before);
      if (after !== before) await this.#writeIndex(after);
    });
    // The caller hears of a failure; whoever comes next starts afresh.
    this.#indexChange = changed.catch(() => undefined);
    await changed;
  }

  async #readIndex(): Promise<Listed> {
    return parseIndexText(await this.#read("index.json"), this.#root);
  }

  async #writeIndex(manifests: Listed): Promise<void> {
    await this.#replace("index.json", indexText(manifests));
  }

  async #read(name: string): Promise<string> {
    const path = join(this.#root, name);
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
      throw ioError(path, error);
    });
    if (!found?.isFile()) throw invalidLayout(this.#root, `there is no file ${name} in it`);
    if (found.size > maxManifestBytes) throw tooLarge(path, maxManifestBytes);
    return io(path, () => readFile(path, "utf8"));
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
