import { fromBytes, toBytes, type ByteString, type HeaderList, type HeaderPair } from "../byte-string.js";
import type { GuestMemory } from "./guest-memory.js";

/*
 * A serialised map (abi.md 3.5):
 *
 *   u32 count | count x { u32 key size, u32 value size } | count x { key, 0x00, value, 0x00 }
 */

const maximumBytes = 1024 * 1024;
const maximumPairs = 1024;

export function encodedSize(pairs: HeaderList): number {
  let size = 4 + 10 * pairs.length;
  for (const [key, value] of pairs) size += key.length + value.length;
  return size;
}

export function encodePairs(pairs: HeaderList): Uint8Array {
  const bytes = Buffer.alloc(encodedSize(pairs));
  bytes.writeUInt32LE(pairs.length, 0);
  let sizes = 4;
  let text = 4 + 8 * pairs.length;
  for (const [key, value] of pairs) {
    bytes.writeUInt32LE(key.length, sizes);
    bytes.writeUInt32LE(value.length, sizes + 4);
    sizes += 8;
    bytes.set(toBytes(key), text);
    bytes.set(toBytes(value), text + key.length + 1);
    text += key.length + value.length + 2;
  }
  return bytes;
}

/** Writes a map to guest memory that has room for its `encodedSize`. */
export function writePairs(pairs: HeaderList, memory: GuestMemory, address: number): void {
  memory.writeU32(address, pairs.length);
  let sizes = address + 4;
  let text = sizes + 8 * pairs.length;
  for (const [key, value] of pairs) {
    memory.writeU32(sizes, key.length);
    memory.writeU32(sizes + 4, value.length);
    sizes += 8;
    text = writeTerminated(memory, text, key);
    text = writeTerminated(memory, text, value);
  }
}

/** Where the next one goes. */
function writeTerminated(memory: GuestMemory, address: number, text: ByteString): number {
  memory.writeString(address, text);
  memory.writeString(address + text.length, "\0");
  return address + text.length + 1;
}

/** Envoy's strict reader: anything malformed or too large reads as an empty list, without an error. */
export function decodePairs(bytes: Uint8Array): HeaderList {
  return decodeStrictly(bytes) ?? [];
}

function decodeStrictly(bytes: Uint8Array): HeaderList | null {
  if (bytes.length < 4 || bytes.length > maximumBytes) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint32(0, true);
  if (count > maximumPairs || 4 + 8 * count > bytes.length) return null;
  const pairs: HeaderPair[] = [];
  let offset = 4 + 8 * count;
  const text = (size: number): string | null => {
    const end = offset + size;
    if (end >= bytes.length || bytes[end] !== 0) return null;
    const value = fromBytes(bytes.subarray(offset, end));
    offset = end + 1;
    return value;
  };
  for (let index = 0; index < count; index++) {
    const key = text(view.getUint32(4 + 8 * index, true));
    const value = key === null ? null : text(view.getUint32(8 + 8 * index, true));
    if (key === null || value === null) return null;
    pairs.push([key, value]);
  }
  return offset === bytes.length ? pairs : null;
}
