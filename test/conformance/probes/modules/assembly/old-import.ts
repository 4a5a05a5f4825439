// Imports what only ABI 0.1.0 has.
import { proxy_clear_route_cache } from "./env";

export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: i32): usize {
  return heap.alloc(size);
}

export function proxy_on_request_headers(context: i32, count: i32, end: i32): i32 {
  return proxy_clear_route_cache();
}
