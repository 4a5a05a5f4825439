// The oldest version with the callbacks of a newer one.
export function proxy_abi_version_0_1_0(): void {}

export function malloc(size: i32): usize {
  return heap.alloc(size);
}

export function proxy_on_request_headers(context: i32, count: i32, end: i32): i32 {
  return 0;
}
