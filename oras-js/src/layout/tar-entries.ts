import type { FileHandle } from "node:fs/promises";
import { printable } from "../digest.js";
import { invalidLayout } from "./layout-files.js";

// POSIX ustar: 512 bytes of header, then the content, filled up to a multiple of 512.
//
//     0 name[100]  124 size[12]  148 checksum[8]  156 type  257 "ustar"  345 prefix[155]

export const blockBytes = 512;
const maxEntries = 20_000;
const maxExtensionBytes = 64 * 1024;

/** Where a file's content stands in the tar. */
export interface TarEntry {
  readonly offset: number;
  readonly size: number;
}

/**
 * Finds the files of a tar without reading them. Nothing is ever unpacked, and yet what could harm whoever does is refused:
 * names that lead out of the folder, links, devices, two files of one name.
 */
export async function readEntries(file: FileHandle, where: string): Promise<ReadonlyMap<string, TarEntry>> {
  const { size: fileSize } = await file.stat();
  const entries = new Map<string, TarEntry>();
  const refuse = (problem: string): never => {
    throw invalidLayout(where, problem);
  };
  let longName: string | undefined;
  let count = 0;
  for (let at = 0; ;) {
    const header = await readAt(file, at, blockBytes);
    if (at === 0 && header[0] === 0x1f && header[1] === 0x8b) refuse("it is compressed; gunzip it first");
    if (header.byteLength < blockBytes) return refuse("the tar breaks off");
    if (header.every((byte) => byte === 0)) return entries;
    if (!checksumFits(header)) refuse(`at byte ${at} there is no tar header`);
    if (++count > maxEntries) refuse(`the tar has more than ${maxEntries} entries`);
    const size = numberAt(header, 124, 12) ?? refuse("an entry has no size");
    const offset = at + blockBytes;
    if (offset + size > fileSize) refuse("the tar breaks off");
    at = offset + Math.ceil(size / blockBytes) * blockBytes;

    const type = String.fromCharCode(header[156]!);
    if (type === "x" || type === "g" || type === "L") {
      if (size > maxExtensionBytes) refuse("an entry has an extended header beyond all measure");
      const text = (await readAt(file, offset, size)).toString("utf8");
      if (type === "L") longName = text.replace(/\0.*$/s, "");
      else {
        // A size in there is for files over 8 GiB, and would disagree with what was read here.
        const fields = paxFields(text);
        if (fields.has("size") || fields.has("linkpath")) refuse("an entry has a size or link of its own");
        if (type === "x") longName = fields.get("path") ?? longName;
      }
      continue;
    }
    const name =
      safeName(longName ?? nameIn(header)) ??
      refuse(`"${printable(longName ?? nameIn(header))}" leads out of the folder`);
    longName = undefined;
    if (type === "5") continue;
    if (type !== "0" && type !== "\0" && type !== "7") {
      refuse(`"${printable(name)}" is ${kinds[type] ?? "no plain file"}`);
    }
    if (entries.has(name)) refuse(`"${printable(name)}" is in it twice`);
    entries.set(name, { offset, size });
  }
}

const kinds: Readonly<Record<string, string>> = {
  "1": "a link",
  "2": "a symbolic link",
  "3": "a device",
  "4": "a device",
  "6": "a pipe",
};

/**
 * What stands before the content of a plain file: no owner, no date, so that the same content gives the same bytes. A name that
 * does not fit its field (a sha512 digest does not) has an extended header of its own (POSIX pax).
 */
export function tarHeader(name: string, size: number): Uint8Array {
  if (name.length <= 100) return plainHeader(name, size, "0");
  const record = paxRecord("path", name);
  return Buffer.concat([
    plainHeader("pax", record.length, "x"),
    Buffer.from(record, "latin1"),
    Buffer.alloc(paddingAfter(record.length)),
    plainHeader(name.slice(0, 100), size, "0"),
  ]);
}

export function plainHeader(name: string, size: number, type: string): Buffer {
  const header = Buffer.alloc(blockBytes);
  header.write(name, 0, 100, "latin1");
  header.write("0000644\0" + "0000000\0" + "0000000\0", 100, "latin1");
  if (size < 8 ** 11) header.write(`${size.toString(8).padStart(11, "0")}\0`, 124, "latin1");
  else {
    header[124] = 0x80;
    header.writeBigUInt64BE(BigInt(size), 128);
  }
  header.write("00000000000\0", 136, "latin1");
  header.write(`        ${type}`, 148, "latin1");
  header.write("ustar\x0000", 257, "latin1");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return header;
}

/** `LENGTH key=value\n`, where the length counts its own digits too. */
function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length;
  while (length !== rest.length + String(length).length) length = rest.length + String(length).length;
  return `${length}${rest}`;
}

/** How many zeros follow content of a size. */
export function paddingAfter(size: number): number {
  return (blockBytes - (size % blockBytes)) % blockBytes;
}

export async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

function safeName(name: string): string | undefined {
  if (name.startsWith("/") || /[\\\0]/.test(name) || /^[A-Za-z]:/.test(name)) return undefined;
  const parts = name.split("/").filter((part) => part !== "." && part !== "");
  return parts.includes("..") ? undefined : parts.join("/");
}

function nameIn(header: Buffer): string {
  const name = textAt(header, 0, 100);
  const prefix = textAt(header, 257, 5) === "ustar" ? textAt(header, 345, 155) : "";
  return prefix === "" ? name : `${prefix}/${name}`;
}

function textAt(header: Buffer, at: number, length: number): string {
  return header.toString("utf8", at, at + length).replace(/\0.*$/s, "");
}

/** Octal digits, or base 256 when the first bit is set, as GNU tar writes large ones. */
function numberAt(header: Buffer, at: number, length: number): number | undefined {
  if (header[at] === 0x80) {
    const value = header.readBigUInt64BE(at + length - 8);
    return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : undefined;
  }
  const text = textAt(header, at, length).trim();
  return /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : undefined;
}

function checksumFits(header: Buffer): boolean {
  let sum = 0;
  for (let at = 0; at < blockBytes; at++) sum += at >= 148 && at < 156 ? 0x20 : header[at]!;
  return numberAt(header, 148, 8) === sum;
}

/** `LENGTH key=value\n`, the length in bytes and counting itself; keys of interest are ASCII, so characters do for finding them. */
function paxFields(text: string): ReadonlyMap<string, string> {
  return new Map(
    [...text.matchAll(/(?:^|\n)\d+ ([^=\n]+)=([^\n]*)/g)].map(([, key, value]) => [key!, value!]),
  );
}
