// Garbage collection between callbacks: the runtime `minimal` has no shadow stack, so it may collect only while no guest
// function is on the stack. Collecting after every callback costs a fifth of a small filter's time; every 64 callbacks
// costs as little as never.
//
// How much garbage there is only the runtime knows, and it has no public count. What is known: objects are made in
// callbacks, mostly of what the host handed over (the arena knows how much that was), and garbage that is not collected
// makes the heap grow.

import { IS_MINIMAL } from "./allocator";
import { reserved } from "./arena";

/** What a callback is taken to leave behind besides what it made of the host's bytes. */
const CALLBACK: usize = 256;
const STEP: usize = 65536;

/** Bytes of probable garbage since the last collection. */
let pressure: usize = 0;
/** How much of it is worth a collection, which costs time for everything that lives. */
let limit: usize = STEP;
/** Pages of memory after the last collection. */
let pages: i32 = 0;

/**
 * Collects when enough was allocated since the last time. Call it when the outermost callback ends, before the arena is
 * reset. The transform empties this function in a module that allocates no objects.
 */
export function collectBetweenCallbacks(): void {
  // `incremental` collects by itself; `stub` frees nothing.
  if (!IS_MINIMAL) return;
  pressure += reserved() + CALLBACK;
  if (pressure < limit && memory.size() == pages) return;
  __collect();
  pressure = 0;
  pages = memory.size();
  limit = max(STEP, ((<usize>pages) << 16) / 8);
}
