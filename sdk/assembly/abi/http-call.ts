// HTTP calls (abi.md 5.8, 7.4).

import { proxy_http_call } from "./env";
import * as pairs from "./pairs";
import * as result from "./result";
import { Status } from "./status";
import { encode, encodedSize } from "./text";

/** Sends a request; on success `result.number()` is the call's token. InvalidMemoryAccess: more fields than the host reads. */
export function httpCall(
  cluster: string,
  headers: string[],
  body: Uint8Array | null,
  trailers: string[],
  timeoutMilliseconds: u32,
): Status {
  const name = encode(cluster);
  const nameSize = encodedSize;
  const headerPairs = pairs.write(headers);
  const headersSize = pairs.writtenSize;
  const trailerPairs = pairs.write(trailers);
  const trailersSize = pairs.writtenSize;
  // The host would take what it can't read for an empty list.
  if (!headerPairs || (!trailerPairs && trailers.length > 0)) return Status.InvalidMemoryAccess;
  return proxy_http_call(
    name,
    nameSize,
    headerPairs,
    headersSize,
    body === null ? 0 : body.dataStart,
    body === null ? 0 : body.length,
    trailerPairs,
    trailersSize,
    timeoutMilliseconds,
    result.word,
  );
}
