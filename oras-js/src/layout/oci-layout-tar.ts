import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open as openFile, rename, rm } from "node:fs/promises";
import { resolve as absolute } from "node:path";
import { discard, maxManifestBytes, open, tooLarge, verified } from "../content.js";
import type { Descriptor } from "../descriptor.js";
import { algorithmOf, hexOf, parseDigest } from "../digest.js";
import { OrasError } from "../errors.js";
import { Graph, readGraph } from "../graph.js";
import { isManifestMediaType } from "../media-types.js";
import { contentNotFound } from "../not-found.js";
import { requireTag } from "../reference.js";
import type {
  Content,
  Fetcher,
  OperationOptions,
  PredecessorFinder,
  ReadOnlyTarget,
  TagLister,
  Target,
} from "../roles.js";
import { io, readBytes, translated } from "./file-errors.js";
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
  withTag,
} from "./layout-files.js";
import { writeStream, writeWhole } from "./write-stream.js";
import { type TarEntry, blockBytes, paddingAfter, readAt, readEntries, tarHeader } from "./tar-entries.js";

/** An OCI image layout in a tar file, read in place: as `skopeo`'s oci-archive and `docker save` write it. */
export class OciLayoutTar implements ReadOnlyTarget, PredecessorFinder, TagLister {
  protected readonly path: string;
  /** Where the bytes are: the file itself, or the one beside it while that is written. */
  protected readonly bytesAt: string;
  protected readonly entries: Map<string, TarEntry>;
  protected listed: Listed;
  readonly #graph = new Graph();

  protected constructor(path: string, bytesAt: string, entries: Map<string, TarEntry>, manifests: Listed) {
    this.path = path;
    this.bytesAt = bytesAt;
    this.entries = entries;
    this.listed = manifests;
  }

  static async open(path: string): Promise<OciLayoutTar> {
    const where = absolute(path);
    const file = await io(where, () => openFile(where, "r"));
    try {
      if (!(await file.stat()).isFile()) throw invalidLayout(where, "it is no file");
      const entries = new Map(await readEntries(file, where));
      checkLayoutText(await readText(file, entries, "oci-layout", where), where);
      const manifests = parseIndexText(await readText(file, entries, "index.json", where), where);
      return new OciLayoutTar(where, where, entries, manifests);
    } finally {
      await file.close();
    }
  }

  async fetch(descriptor: Descriptor, options: OperationOptions = {}): Promise<AsyncIterable<Uint8Array>> {
    const entry = this.entries.get(blobName(descriptor));
    if (entry === undefined) throw contentNotFound(descriptor, this.path);
    if (entry.size === 0) return verified((async function* () {})(), descriptor);
    const { signal } = options;
    const stream = createReadStream(this.bytesAt, {
      start: entry.offset,
      end: entry.offset + entry.size - 1,
      highWaterMark: readBytes,
      ...(signal === undefined ? {} : { signal }),
    });
    return verified(translated(stream, this.path, signal), descriptor);
  }

  async exists(descriptor: Descriptor): Promise<boolean> {
    return this.entries.get(blobName(descriptor))?.size === descriptor.size;
  }

  async resolve(reference: string): Promise<Descriptor> {
    return find(this.listed, reference, this.path);
  }

  async tags(): Promise<readonly string[]> {
    return tagsOf(this.listed);
  }

  /** What index.json lists, tagged or not. */
  async manifests(): Promise<readonly Descriptor[]> {
    return manifestsOf(this.listed);
  }

  async predecessors(descriptor: Descriptor, options: OperationOptions = {}): Promise<readonly Descriptor[]> {
    await readGraph(this.#graph, this.listed, this, this.path, options);
    return this.#graph.predecessors(descriptor);
  }
}

/**
 * Writes an OCI image layout into a tar file. The file has its name after `close`; until then, or after `abort`, there is none.
 *
 * @example
 * const tar = await OciLayoutTarWriter.create("hello.tar");
 * await copy(repository, "v1", tar);
 * await tar.close();
 */
export class OciLayoutTarWriter extends OciLayoutTar implements Target, Fetcher {
  readonly #file: FileHandle;
  #end = 0;
  #open = true;
  /** A tar grows at its end, so pushes take turns. */
  #turn: Promise<void> = Promise.resolve();

  private constructor(path: string, temporary: string, file: FileHandle) {
    super(path, temporary, new Map(), []);
    this.#file = file;
  }

  static async create(path: string): Promise<OciLayoutTarWriter> {
    const where = absolute(path);
    const temporary = `${where}.${randomUUID()}`;
    const file = await io(where, () => openFile(temporary, "wx+"));
    return new OciLayoutTarWriter(where, temporary, file);
  }

  async push(descriptor: Descriptor, content: Content, options: OperationOptions = {}): Promise<void> {
    const name = blobName(descriptor);
    await this.#inTurn(async () => {
      if (this.entries.has(name)) await discard(content);
      else
        await this.#append(name, descriptor.size, verified(await open(content), descriptor), options.signal);
      if (isManifestMediaType(descriptor.mediaType)) this.listed = withManifest(this.listed, descriptor);
    });
  }

  async tag(descriptor: Descriptor, reference: string): Promise<void> {
    requireTag(reference);
    if (!(await this.exists(descriptor))) throw contentNotFound(descriptor, this.path);
    this.listed = withTag(this.listed, descriptor, reference);
  }

  /** Writes what remains and gives the file its name, in the place of one that has it. */
  async close(): Promise<void> {
    await this.#inTurn(async () => {
      try {
        for (const [name, text] of [
          ["oci-layout", layoutText],
          ["index.json", indexText(this.listed)],
        ] as const) {
          const bytes = new TextEncoder().encode(text);
          await this.#append(name, bytes.byteLength, once(bytes), undefined);
        }
        await this.#write(new Uint8Array(2 * blockBytes), this.#end);
        await io(this.path, () => this.#file.sync());
        this.#open = false;
        await this.#file.close();
        await io(this.path, () => rename(this.bytesAt, this.path));
      } catch (error) {
        await this.#remove();
        throw error;
      }
    });
  }

  /** Leaves nothing behind. After `close` it does nothing. */
  async abort(): Promise<void> {
    if (this.#open) await this.#inTurn(() => this.#remove());
  }

  async #append(
    name: string,
    size: number,
    source: AsyncIterable<Uint8Array>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    // What fails is written over by the next: the end moves only when all is there.
    const header = tarHeader(name, size);
    const offset = this.#end + header.byteLength;
    await this.#write(header, this.#end);
    const at = await writeStream(this.#file, this.path, source, offset, signal);
    await this.#write(new Uint8Array(paddingAfter(size)), at);
    this.entries.set(name, { offset, size });
    this.#end = at + paddingAfter(size);
  }

  async #write(bytes: Uint8Array, position: number): Promise<void> {
    await io(this.path, () => writeWhole(this.#file, [bytes], position));
  }

  async #remove(): Promise<void> {
    if (this.#open) await this.#file.close();
    this.#open = false;
    await rm(this.bytesAt, { force: true });
  }

  async #inTurn(action: () => Promise<void>): Promise<void> {
    const mine = this.#turn.then(() => {
      if (this.#open) return action();
      throw new OrasError("ORAS_LAYOUT_IO", `${this.path} is closed`, {
        hint: "Push and tag everything before close; write a new file for more.",
      });
    });
    // The caller hears of a failure; whoever comes next has a turn all the same.
    this.#turn = mine.catch(() => undefined);
    await mine;
  }
}

/** A checked digest holds hex only. */
function blobName(descriptor: Descriptor): string {
  const digest = parseDigest(descriptor.digest);
  return `blobs/${algorithmOf(digest)}/${hexOf(digest)}`;
}

async function readText(
  file: FileHandle,
  entries: ReadonlyMap<string, TarEntry>,
  name: string,
  where: string,
): Promise<string> {
  const entry = entries.get(name);
  if (entry === undefined) throw invalidLayout(where, `there is no file ${name} in it`);
  if (entry.size > maxManifestBytes) throw tooLarge(`${name} in ${where}`, maxManifestBytes);
  return (await readAt(file, entry.offset, entry.size)).toString("utf8");
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  yield bytes;
}
