import { readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import type { JsonValue } from "./json-value.js";
import { MAX_ENTRY_BYTES } from "./limits.js";

/**
 * The content of a file beside the HAR: Playwright writes bodies there with `content: "attach"`, and into a zip with
 * the HAR, which has to be unpacked. Null: it names none, or there is none. Nothing outside of the HAR's folder is read.
 */
export function attachedBytes(holder: JsonValue, folder: string | null): Uint8Array | null {
  const file = holder.optional("_file");
  if (file === null) return null;
  const name = file.string();
  if (!/^[^/\\\0]+$/.test(name) || name === "." || name === "..")
    throw file.bad("is no name of a file in the folder of the HAR");
  if (folder === null) return null;
  try {
    const path = realpathSync(join(folder, name));
    if (dirname(path) !== realpathSync(folder))
      throw file.bad("is a link that leads out of the folder of the HAR");
    const status = statSync(path);
    if (!status.isFile()) return null;
    if (status.size > MAX_ENTRY_BYTES)
      throw file.bad(`has ${status.size} bytes, more than the ${MAX_ENTRY_BYTES} that are read`);
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** The bytes in a content coding (RFC 9110 §8.4.1), several in the order in which they were applied; null where one is unknown here. */
export function encoded(bytes: Uint8Array, codings: string): Uint8Array | null {
  let packed = bytes;
  for (const coding of codings.split(",")) {
    const encode = encoders.get(coding.trim().toLowerCase());
    if (encode === undefined) return null;
    packed = encode(packed);
  }
  return packed;
}

const encoders: ReadonlyMap<string, (bytes: Uint8Array) => Uint8Array> = new Map([
  ["gzip", (bytes) => new Uint8Array(gzipSync(bytes))],
  ["x-gzip", (bytes) => new Uint8Array(gzipSync(bytes))],
  ["deflate", (bytes) => new Uint8Array(deflateSync(bytes))],
  ["br", (bytes) => new Uint8Array(brotliCompressSync(bytes))],
  ["identity", (bytes) => bytes],
]);
