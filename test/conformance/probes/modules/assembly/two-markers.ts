// The first marker counts, here the older one.
import { enter, getHeader, log } from "../../assembly/host";

export function proxy_abi_version_0_2_0(): void {}

export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: i32): usize {
  return heap.alloc(size);
}

export function proxy_on_request_headers(context: i32, count: i32, end: i32): i32 {
  enter();
  log(getHeader(0, "absent"));
  return 0;
}
