/**
 * Starts the runtime's allocator. It takes all memory there is at that moment, so it must start before the arena takes
 * pages of its own, or both would write to them.
 *
 * The transform empties this function in a module that allocates no objects.
 */
export function startAllocator(): void {
  heap.free(heap.alloc(1));
}
