/**
 * One file in a tar, written and found again. The format is the library's (`tar/header`); what is ours is that nothing is ever unpacked
 * but the one file, in memory, and that a layer which could harm whoever unpacks it says so.
 */
import type { Pax } from "tar/pax";
import { ByteReader, TooLarge } from "./byte-reader.js";

const blockBytes = 512;
const maxEntries = 10_000;
const maxExtensionBytes = 64 * 1024;

/** A POSIX ustar archive with one regular file of nobody's. `mtime` is in seconds since 1970. */
export async function writeTar(file: {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly mtime: number;
}): Promise<Uint8Array> {
  const { Header } = await import("tar/header");
  const { name, bytes, mtime } = file;
  const archive = Buffer.alloc(blockBytes + padded(bytes.byteLength) + 2 * blockBytes);
  const header = new Header({
    path: name,
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: bytes.byteLength,
    mtime: new Date(mtime * 1000),
    type: "File",
  });
  header.encode(archive);
  archive.set(bytes, blockBytes);
  return archive;
}

export interface TarContents {
  /** The first entry with the wanted base name, whatever it is and whatever folder it lies in: the one that Go programs take. */
  readonly wanted: TarEntry | undefined;
  /** How many files there are: whatever is no folder. */
  readonly files: number;
  /** Why reading ended before the archive did: "it breaks off". Without `wanted`, nobody found more. */
  readonly fault: string | undefined;
  /** What could harm whoever unpacks the archive: "/etc/passwd is an absolute path". */
  readonly danger: string | undefined;
}

export interface TarEntry {
  readonly path: string;
  readonly kind: TarEntryKind;
  /** Empty for what has no content of its own. */
  readonly bytes: Uint8Array;
}

export type TarEntryKind =
  "file" | "link" | "symbolic link" | "device" | "folder" | "pipe" | "sparse file" | "unknown";

/**
 * Looks for a file in a tar that comes in pieces. At most `maxBytes` of the archive are read, and the wanted file alone is kept. What the
 * source itself throws is passed on.
 */
export async function findInTar(
  source: AsyncIterable<Uint8Array>,
  baseName: string,
  maxBytes: number,
): Promise<TarContents> {
  const { Header } = await import("tar/header");
  const { Pax } = await import("tar/pax");
  const reader = new ByteReader(source, maxBytes);
  let wanted: TarEntry | undefined;
  let danger: string | undefined;
  let entries = 0;
  let files = 0;
  const end = (fault?: string): TarContents => ({ wanted, files, fault, danger });
  /** What the entries before said about the next one. */
  let longName: string | undefined;
  let extension: Pax | undefined;
  let sparse = false;
  try {
    for (let zeroBlocks = 0; ;) {
      const block = await reader.take(blockBytes);
      if (block === undefined) return end(reader.ended ? undefined : "it breaks off");
      const header = new Header(block, 0, extension);
      if (header.nullBlock) {
        // Two of them are the end; what stands behind is read by nobody.
        if (++zeroBlocks === 2) return end();
        continue;
      }
      if (zeroBlocks > 0 || !header.cksumValid || header.size === undefined) {
        return end(`at byte ${reader.position - blockBytes} there is no tar header`);
      }
      if (++entries > maxEntries) return end(`it has more than ${maxEntries} entries`);
      const { size, typeKey } = header;

      if (typeKey === "x" || typeKey === "g" || typeKey === "L" || typeKey === "K") {
        if (size > maxExtensionBytes) return end("an extended header has no measure");
        const text = (await reader.take(padded(size)))?.toString("utf8", 0, size);
        if (text === undefined) return end("it breaks off");
        if (typeKey === "L") longName = text.replace(/\0.*$/s, "");
        if (typeKey === "x") {
          extension = Pax.parse(text);
          sparse = /^\d+ GNU\.sparse\./m.test(text);
        }
        continue;
      }

      const kind = sparse ? "sparse file" : (kinds[typeKey] ?? "unknown");
      const path = longName ?? header.path ?? "";
      danger ??= dangerOf(path, kind);
      if (kind !== "folder") files++;
      const contentBytes = bodiless.has(kind) ? 0 : size;
      if (wanted === undefined && path.split("/").findLast((part) => part !== "") === baseName) {
        const bytes = await reader.take(contentBytes);
        if (bytes === undefined) return end(`${baseName} breaks off`);
        wanted = { path, kind, bytes };
        if (!(await reader.skip(padded(contentBytes) - contentBytes))) return end("it breaks off");
      } else if (!(await reader.skip(padded(contentBytes)))) return end("it breaks off");
      longName = undefined;
      extension = undefined;
      sparse = false;
    }
  } catch (error) {
    if (error instanceof TooLarge) return end(`it unpacks to more than ${maxBytes} bytes`);
    throw error;
  } finally {
    await reader.close();
  }
}

const kinds: Readonly<Partial<Record<string, TarEntryKind>>> = {
  "": "file",
  "0": "file",
  "1": "link",
  "2": "symbolic link",
  "3": "device",
  "4": "device",
  "5": "folder",
  "6": "pipe",
  "7": "file",
  S: "sparse file",
};

/** Whatever size their headers claim, nothing follows. */
const bodiless: ReadonlySet<TarEntryKind> = new Set(["link", "symbolic link", "device", "folder", "pipe"]);

function dangerOf(path: string, kind: TarEntryKind): string | undefined {
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) return `${path} is an absolute path`;
  if (path.split(/[\\/]/).includes("..")) return `${path} leads out of the folder`;
  if (kind === "file" || kind === "folder") return undefined;
  return `${path} is ${kind === "unknown" ? "no plain file" : `a ${kind}`}`;
}

function padded(size: number): number {
  return Math.ceil(size / blockBytes) * blockBytes;
}
