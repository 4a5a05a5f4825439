// Buffers (abi.md 5.7, 8.2): bodies and configurations.

import { proxy_get_buffer_bytes, proxy_get_buffer_status, proxy_set_buffer_bytes } from "./env";
import * as mosn from "./mosn";
import * as result from "./result";
import { Status } from "./status";
import { IS_MOSN } from "./target";
import { encode, encodedSize } from "./text";

/** Longer than every buffer: as a start it means "behind the end", as a length "to the end". */
export const END: usize = IS_MOSN ? mosn.END : 0xffffffff;

/** How many bytes the buffer holds now; 0 when it is not available. */
export function length(buffer: u32): u32 {
  if (IS_MOSN) return mosn.readBuffer(buffer, 0, mosn.END) == Status.Ok ? <u32>result.size() : 0;
  return proxy_get_buffer_status(buffer, result.word, result.sizeWord) == Status.Ok ? result.number() : 0;
}

/** Reads a range, clipped to what is there; on success it is the current `result`. */
export function read(buffer: u32, start: usize, length: usize): Status {
  if (IS_MOSN) return mosn.readBuffer(buffer, start, length);
  return proxy_get_buffer_bytes(buffer, start, length, result.word, result.sizeWord);
}

/**
 * Replaces the first `length` bytes, or appends when `start` is `END`: the host refuses every other range
 * with BadArgument.
 */
export function splice(buffer: u32, start: usize, length: usize, data: Uint8Array): Status {
  return write(buffer, start, length, data.dataStart, data.length);
}

/** The same with text. */
export function spliceText(buffer: u32, start: usize, length: usize, text: string): Status {
  const data = encode(text);
  return write(buffer, start, length, data, encodedSize);
}

function write(buffer: u32, start: usize, length: usize, data: usize, size: usize): Status {
  if (IS_MOSN) return mosn.spliceBuffer(buffer, start, length, data, size);
  return proxy_set_buffer_bytes(buffer, start, length, data, size);
}
