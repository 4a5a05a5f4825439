// Garbage collection between callbacks: the runtime `minimal` has no shadow stack, so it may collect only while
// no guest function is on the stack. Collecting after every callback costs a fifth of a small filter's time;
// every 64 KiB costs as little as never.

// The transform exports this private count of the runtime (transform/runtime-counter.ts).
import { total } from "rt/tcms";

const STEP: usize = 65536;

/** Live bytes after the last collection. */
let live: usize = 0;

/**
 * Collects when enough was allocated since the last time. Call it when the outermost callback ends.
 * The transform empties this function in a module that allocates no objects.
 */
export function collectBetweenCallbacks(): void {
  if (<usize>total - live < max(STEP, live)) return;
  __collect();
  live = <usize>total;
}
