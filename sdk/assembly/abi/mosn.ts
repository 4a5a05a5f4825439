// How MOSN differs where a module reads and writes what passes (docs/mosn.md). Only a module for MOSN has any of this.

import { reserve } from "./arena";
import { proxy_get_buffer_bytes, proxy_set_buffer_bytes } from "./env";
import * as result from "./result";
import { BufferType, Status } from "./status";
import { isText } from "./text";

/** Longer than every buffer, and not negative for a host that reads sizes as signed numbers. */
export const END: usize = 0x7fff_ffff;

/** Not the number of any header map or buffer. */
const NOTHING: u32 = 0xffff_ffff;

/** The header map that exists in the running callback: asking for another one can end the whole process. */
let map: u32 = NOTHING;
/** The buffer that exists in the running callback. */
let buffer: u32 = NOTHING;

/** Notes what the running callback may ask for. */
export function reach(headerMap: u32, bytes: u32): void {
  map = headerMap;
  buffer = bytes;
}

/** The running callback may ask for no header map, or for no buffer. */
export const NONE: u32 = NOTHING;

/** Whether a header map exists in the running callback. */
export function hasMap(headerMap: u32): bool {
  return headerMap == map;
}

/**
 * Reads a range of a buffer. The host's own `start` shortens what it copies and does not move it, so all is read, and the range taken
 * from that.
 */
export function readBuffer(bytes: u32, start: usize, length: usize): Status {
  if (bytes != buffer) return Status.NotFound;
  const status = proxy_get_buffer_bytes(bytes, 0, END, result.word, result.sizeWord);
  if (status != Status.Ok) return status;
  if (bytes == BufferType.PluginConfiguration) return readConfiguration();
  const size = result.size();
  const from = min(start, size);
  result.put(result.address() + from, min(length, size - from));
  return Status.Ok;
}

/**
 * Finds the entry `configuration` among the texts of the filter's configuration in MOSN, which arrive as serialised pairs:
 *
 *   count │ name size, value size │ … │ name, one byte, value, one byte │ …
 */
function readConfiguration(): Status {
  const data = result.address();
  const size = result.size();
  if (size < 4) return Status.NotFound;
  const end = data + size;
  const count = <usize>load<u32>(data);
  if (count > (size - 4) >>> 3) return Status.NotFound;
  let sizes = data + 4;
  let at = sizes + (count << 3);
  for (let i: usize = 0; i < count; ++i, sizes += 8) {
    const nameSize = <usize>load<u32>(sizes);
    const valueSize = <usize>load<u32>(sizes, 4);
    // Compared one after the other, so that nothing can wrap around.
    if (at > end || nameSize > end - at || valueSize > end - at - nameSize) return Status.NotFound;
    if (isText(at, nameSize, "configuration") && valueSize < end - at - nameSize) {
      result.put(at + nameSize + 1, valueSize);
      return Status.Ok;
    }
    at += nameSize + valueSize + 2;
  }
  return Status.NotFound;
}

/** Replaces, or appends when `start` is `END`. The host takes a length of 0 for "all", so what goes in front is put together here. */
export function spliceBuffer(bytes: u32, start: usize, length: usize, data: usize, size: usize): Status {
  if (bytes != buffer) return Status.NotFound;
  if (start != 0 || length != 0) return proxy_set_buffer_bytes(bytes, start, length, data, size);
  const status = readBuffer(bytes, 0, END);
  if (status != Status.Ok) return status;
  const held = result.address();
  const heldSize = result.size();
  if (size > END - heldSize) return Status.InvalidMemoryAccess;
  const joined = reserve(size + heldSize);
  if (!joined) return Status.InvalidMemoryAccess;
  memory.copy(joined, data, size);
  memory.copy(joined + size, held, heldSize);
  return proxy_set_buffer_bytes(bytes, 0, END, joined, size + heldSize);
}
