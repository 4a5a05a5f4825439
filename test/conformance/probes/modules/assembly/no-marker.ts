// No ABI version.
export function malloc(size: i32): usize {
  return heap.alloc(size);
}
