// Properties (abi.md 6): a path of segments, a value of bytes.

import { proxy_get_property, proxy_set_property } from "./env";
import { reserve, shrink } from "./arena";
import * as result from "./result";
import { Status } from "./status";
import { encode, encodedSize, encodeTo } from "./text";

/** Reads the property of one segment; on success it is the current `result`. */
export function get(name: string): Status {
  const path = encode(name);
  return proxy_get_property(path, encodedSize, result.word, result.sizeWord);
}

/** Reads the property at a path; on success it is the current `result`. */
export function getPath(path: string[]): Status {
  // The host joins and splits segments at NUL, and refuses an empty path with SerializationFailure.
  let most: usize = 0;
  for (let i = 0; i < path.length; ++i) most += <usize>path[i].length * 3 + 1;
  const start = reserve(most);
  if (!start) return Status.InvalidMemoryAccess;
  let at = start;
  for (let i = 0; i < path.length; ++i) {
    if (i > 0) store<u8>(at++, 0);
    at += encodeTo(at, path[i]);
  }
  shrink(at);
  return proxy_get_property(start, at - start, result.word, result.sizeWord);
}

/** Stores a value in the stream's filter state under `wasm.NAME`. */
export function set(name: string, value: Uint8Array): Status {
  const path = encode(name);
  return proxy_set_property(path, encodedSize, value.dataStart, value.length);
}
