/** One file in a tar archive (POSIX.1-1988 ustar), written and found again; nothing here knows about images. */

const BLOCK = 512;

/**
 *     offset size field         a block of 512 bytes, then the file, zero-filled to whole blocks,
 *          0  100 name          then two zero blocks. Numbers are octal digits, closed by NUL.
 *        100    8 mode
 *        108    8 uid, 116 8 gid
 *        124   12 size
 *        136   12 mtime
 *        148    8 checksum      sum of all header bytes with this field as spaces
 *        156    1 typeflag      "0" or NUL: a regular file
 *        257    8 magic         "ustar" NUL "00"
 *        345  155 prefix        goes before name, with a slash
 */
export function writeTar(file: {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly mtime: number;
}): Uint8Array {
  const { name, bytes, mtime } = file;
  const padded = Math.ceil(bytes.byteLength / BLOCK) * BLOCK;
  const archive = Buffer.alloc(BLOCK + padded + 2 * BLOCK);
  const put = (offset: number, text: string): void => void archive.write(text, offset, "latin1");
  const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, "0")}\0`;
  put(0, name);
  put(100, octal(0o644, 8));
  put(108, octal(0, 8));
  put(116, octal(0, 8));
  put(124, octal(bytes.byteLength, 12));
  put(136, octal(mtime, 12));
  put(148, " ".repeat(8));
  put(156, "0");
  put(257, "ustar\0" + "00");
  put(148, `${checksum(archive.subarray(0, BLOCK)).toString(8).padStart(6, "0")}\0 `);
  archive.set(bytes, BLOCK);
  return archive;
}

/** The first regular file with this base name, in whatever folder of the archive; null if there is none. */
export function findInTar(archive: Uint8Array, baseName: string): Uint8Array | null {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  for (let offset = 0; offset + BLOCK <= bytes.byteLength;) {
    const header = bytes.subarray(offset, offset + BLOCK);
    if (header.every((byte) => byte === 0)) return null;
    const size = parseInt(text(header, 124, 12), 8);
    const start = offset + BLOCK;
    if (!(size >= 0) || start + size > bytes.byteLength) return null;
    const isFile = header[156] === 0x30 || header[156] === 0;
    const path = text(header, 0, 100);
    if (isFile && path.slice(path.lastIndexOf("/") + 1) === baseName)
      return bytes.subarray(start, start + size);
    offset = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  return null;
}

function checksum(header: Uint8Array): number {
  return header.reduce((sum, byte) => sum + byte, 0);
}

function text(header: Buffer, offset: number, length: number): string {
  return header.toString("latin1", offset, offset + length).replace(/\0.*$/s, "");
}
