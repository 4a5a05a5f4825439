// Two callbacks with wrong signatures, one in between that is right.
export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: i32): usize {
  return heap.alloc(size);
}

export function proxy_on_configure(context: i32): i32 {
  return 1;
}

export function proxy_on_vm_start(context: i32, size: i32): i32 {
  return 1;
}

export function proxy_on_done(context: i32): void {}
