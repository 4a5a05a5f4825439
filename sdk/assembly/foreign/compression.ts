import * as foreignFunction from "../abi/foreign-function";
import * as result from "../abi/result";
import { fail, Failure, succeeded } from "../context/failure";

/** The bytes as a zlib stream (RFC 1950), made by the host. Null: the host does not offer it. */
export function compress(data: Uint8Array): Uint8Array | null {
  return succeeded(foreignFunction.call("compress", data)) ? result.bytes() : null;
}

/**
 * What a zlib stream (RFC 1950) contains. Null: it is no such stream, it contains more than `limit` bytes, or
 * the host does not offer it.
 *
 * The host unpacks all of it before the limit can be looked at, and a few kilobytes may become a gigabyte:
 * give it what comes from a client only when you know how large it gets. A gzip stream (RFC 1952), which is
 * what `content-encoding: gzip` means, is another format.
 */
export function uncompress(data: Uint8Array, limit: u32 = 1 << 20): Uint8Array | null {
  if (!succeeded(foreignFunction.call("uncompress", data))) return null;
  if (result.size() > limit) {
    fail(Failure.ResultTooLarge);
    return null;
  }
  return result.bytes();
}
