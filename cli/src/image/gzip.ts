/**
 * Gzip without compression (RFC 1952 around the stored blocks of RFC 1951 3.2.4): the one form in which the same bytes give the same
 * file whatever wrote it. What deflate makes of them depends on the version of zlib, so on that of Node, and a layer whose digest
 * changes with Node is no layer that anyone can build again. It costs about half of a filter's size (14 kB of 30), once for each fetch.
 */
import { gzipSync } from "node:zlib";

/**
 *     1f 8b   gzip             then blocks of at most 65,535 bytes:
 *     08      deflate            1 byte   1 for the last, else 0 (and type 00, stored)
 *     00      no flags           2 bytes  length, 2 bytes its complement
 *     00 × 4  no time            the bytes
 *     00      no level         then CRC-32 and length of all, 4 bytes each
 *     ff      no system
 */
const header = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff);
const maxBlockBytes = 0xffff;
const blockHeaderBytes = 5;
const trailerBytes = 8;

/** The bytes as a gzip file; the same on every machine. */
export function storedGzip(bytes: Uint8Array): Uint8Array {
  const blocks = Math.max(1, Math.ceil(bytes.byteLength / maxBlockBytes));
  const file = Buffer.alloc(header.byteLength + blocks * blockHeaderBytes + bytes.byteLength + trailerBytes);
  file.set(header);
  let at = header.byteLength;
  for (let block = 0; block < blocks; block++) {
    const piece = bytes.subarray(block * maxBlockBytes, (block + 1) * maxBlockBytes);
    file[at] = block === blocks - 1 ? 1 : 0;
    file.writeUInt16LE(piece.byteLength, at + 1);
    file.writeUInt16LE(piece.byteLength ^ 0xffff, at + 3);
    file.set(piece, at + blockHeaderBytes);
    at += blockHeaderBytes + piece.byteLength;
  }
  // The trailer says nothing of how the bytes were compressed; Node's own is the CRC-32 that every Node 20 has.
  file.set(gzipSync(bytes, { level: 0 }).subarray(-trailerBytes), at);
  return file;
}
