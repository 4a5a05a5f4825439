// A log line written piece by piece into the arena: for the places that must not allocate objects, the abort
// handler before all others.

import { reserve } from "./arena";
import { proxy_log } from "./env";
import { encodeTo } from "./text";

const CRITICAL: u32 = 5;

let start: usize = 0;
let at: usize = 0;
let end: usize = 0;

/** Begins a line of at most `size` bytes; what does not fit is cut. */
export function begin(size: usize): void {
  start = at = reserve(size);
  end = start ? start + size : 0;
}

/** Appends text. */
export function text(piece: string): void {
  if (<usize>piece.length * 3 <= end - at) at += encodeTo(at, piece);
}

/** Appends bytes. Unsafe: the range must be valid. */
export function bytes(data: usize, size: usize): void {
  if (size > end - at) return;
  memory.copy(at, data, size);
  at += size;
}

/** Appends a number in decimal. */
export function decimal(value: u32): void {
  if (value > 9) decimal(value / 10);
  if (at < end) store<u8>(at++, 48 + (value % 10));
}

/** Sends the line to the host's log, at the highest level: what is said here ends a start or a VM. */
export function logCritical(): void {
  proxy_log(CRITICAL, start, at - start);
}
