// Traps behind some functions of its own; with names in the module, Envoy prints them.
import { log } from "../../assembly/host";

export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: i32): usize {
  return heap.alloc(size);
}

// @ts-ignore: decorator
@noinline
function innermost(depth: i32): i32 {
  log("going down");
  if (depth == 0) unreachable();
  return depth;
}

// @ts-ignore: decorator
@noinline
function recursive(depth: i32): i32 {
  return depth == 0 ? innermost(0) : recursive(depth - 1) + 1;
}

export function proxy_on_request_headers(context: i32, count: i32, end: i32): i32 {
  return recursive(end == 1 ? 3 : 30);
}
