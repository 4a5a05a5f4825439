// Which allocator the program was compiled with, and what that means for memory taken behind its back.

/** `--runtime stub`: it takes every page there is, now and later, for its own. */
export const IS_STUB: bool = ASC_RUNTIME == 0;
/** `--runtime minimal`: it collects only when told to. */
export const IS_MINIMAL: bool = ASC_RUNTIME == 1;

/**
 * Starts the runtime's allocator. It takes all memory there is at that moment, so it must start before the arena takes
 * pages of its own, or both would write to them.
 *
 * The transform empties this function in a module that allocates no objects.
 */
export function startAllocator(): void {
  heap.free(heap.alloc(1));
}

/** Takes whole pages that nobody else uses, and gives their address. 0: the host refuses more memory. Unsafe. */
export function takePages(pages: i32): usize {
  if (IS_STUB) return heap.alloc((<usize>pages) << 16);
  const first = memory.grow(pages);
  return first < 0 ? 0 : (<usize>first) << 16;
}
