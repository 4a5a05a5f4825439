// The least that Envoy takes: streams pass, no callback is called.
export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: i32): usize {
  return heap.alloc(size);
}
