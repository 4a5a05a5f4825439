// Properties (abi.md 6): a path of segments joined with NUL, a value of bytes.

import { proxy_get_property, proxy_set_property } from "./env";
import { reserve, shrink } from "./arena";
import * as result from "./result";
import { Status } from "./status";
import { encode, encodedSize, encodeTo } from "./text";

/**
 * Reads the property at a path that is joined already, `"request\0path"`; on success it is the current
 * `result`.
 */
export function get(path: string): Status {
  const data = encode(path);
  return proxy_get_property(data, encodedSize, result.word, result.sizeWord);
}

/** `plugin_root_id`, in bytes: every module asks for it, and as a string it would be three times as long. */
const ROOT_ID = memory.data<u8>([
  0x70, 0x6c, 0x75, 0x67, 0x69, 0x6e, 0x5f, 0x72, 0x6f, 0x6f, 0x74, 0x5f, 0x69, 0x64,
]);

/** Reads the root id of the plugin in effect. */
export function getRootId(): Status {
  return proxy_get_property(ROOT_ID, 14, result.word, result.sizeWord);
}

/**
 * Reads the property at a path; on success it is the current `result`. A path without segments, or with one
 * that is empty or has a NUL, names nothing: NotFound.
 */
export function getPath(path: string[]): Status {
  let most: usize = 0;
  for (let i = 0; i < path.length; ++i) most += sizeOfSegment(path[i]);
  if (most == 0) return Status.NotFound;
  if (!begin(most)) return Status.InvalidMemoryAccess;
  for (let i = 0; i < path.length; ++i) append(path[i]);
  return getBuilt();
}

/** Reads what is called `name` inside the property at a joined path. */
export function getMember(path: string, name: string): Status {
  if (!begin(sizeOfSegment(path) + sizeOfSegment(name))) return Status.InvalidMemoryAccess;
  appendJoined(path);
  append(name);
  return getBuilt();
}

/** Reads what is called `name` inside what is called `group` inside the property at a joined path. */
export function getNestedMember(path: string, group: string, name: string): Status {
  if (!begin(sizeOfSegment(path) + sizeOfSegment(group) + sizeOfSegment(name))) {
    return Status.InvalidMemoryAccess;
  }
  appendJoined(path);
  append(group);
  append(name);
  return getBuilt();
}

/**
 * Stores a value in the stream's filter state under `wasm.NAME`. BadArgument: a name that `get` could not
 * read.
 */
export function set(name: string, value: Uint8Array): Status {
  const path = encode(name);
  if (!isSegment(path, encodedSize)) return Status.BadArgument;
  return proxy_set_property(path, encodedSize, value.dataStart, value.length);
}

/** The same with text. */
export function setText(name: string, value: string): Status {
  const path = encode(name);
  const size = encodedSize;
  if (!isSegment(path, size)) return Status.BadArgument;
  const text = encode(value);
  return proxy_set_property(path, size, text, encodedSize);
}

// The path that is being built: a global and not an object, so that a read allocates nothing but its result.

let start: usize = 0;
/** Where the next segment goes; 0: a segment was refused. */
let at: usize = 0;

function begin(most: usize): bool {
  start = at = reserve(most);
  return start != 0;
}

function sizeOfSegment(segment: string): usize {
  return <usize>segment.length * 3 + 1;
}

function appendJoined(path: string): void {
  at += encodeTo(at, path);
  store<u8>(at++, 0);
}

/** Appends a segment with a NUL behind it. */
function append(segment: string): void {
  if (at == 0) return;
  const size = encodeTo(at, segment);
  if (!isSegment(at, size)) {
    at = 0;
    return;
  }
  at += size;
  store<u8>(at++, 0);
}

/**
 * Whether the bytes can be one segment. The host splits at NUL and does not see an empty last segment, so a
 * name that comes from a request could read something else than was asked for.
 */
function isSegment(data: usize, size: usize): bool {
  for (let i: usize = 0; i < size; ++i) {
    if (load<u8>(data + i) == 0) return false;
  }
  return size != 0;
}

function getBuilt(): Status {
  if (at == 0) {
    shrink(start);
    return Status.NotFound;
  }
  shrink(at);
  return proxy_get_property(start, at - start - 1, result.word, result.sizeWord);
}
