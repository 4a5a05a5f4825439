// The arena: where the host puts what it returns, and where names, values and messages are encoded on their way
// out. It lives as long as one callback: `reset` gives everything back when the outermost callback ends, so
// nothing here is counted or collected, and a module that needs no objects needs no allocator.
//
//   base              top                      end
//   ├── used in this ──┼── free ────────────────┤     one region of whole pages, taken with memory.grow
//
// A request that does not fit takes a new region at least twice as large; what the callback already holds in the
// old one stays valid and is never reused. All abandoned regions together are smaller than the last one.

import { startAllocator, takePages } from "./allocator";

const ALIGNMENT: usize = 8;

let base: usize = 0;
let top: usize = 0;
let end: usize = 0;

/** Reserves `size` bytes until the callback ends. 0: the host refuses more memory. Unsafe: raw memory. */
export function reserve(size: usize): usize {
  const start = top;
  // Compared without adding, so that a hostile size cannot wrap around.
  if (size > end - start) return reserveRegion(size);
  // Both ends are aligned, so what fits fits aligned.
  top = start + ((size + (ALIGNMENT - 1)) & ~(ALIGNMENT - 1));
  return start;
}

function reserveRegion(size: usize): usize {
  if (base == 0) startAllocator();
  // In pages, where nothing can overflow.
  const pages = max((size >>> 16) + 1, (end - base) >>> 15);
  const region = takePages(<i32>pages);
  if (region == 0) return 0;
  base = region;
  end = base + (pages << 16);
  top = base;
  return reserve(size);
}

/** How many bytes this callback has reserved in the region it uses now. */
export function reserved(): usize {
  return top - base;
}

/** Gives back what was reserved behind `mark`, which must lie in the block reserved last. Unsafe. */
export function shrink(mark: usize): void {
  top = (mark + (ALIGNMENT - 1)) & ~(ALIGNMENT - 1);
}

/** Forgets everything reserved since the outermost callback began. */
export function reset(): void {
  top = base;
}
