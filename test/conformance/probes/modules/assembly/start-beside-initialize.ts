// Both kinds of start-up code: only `_initialize` runs.
import { log } from "../../assembly/host";

export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: i32): usize {
  return heap.alloc(size);
}

export function _start(): void {
  log("start");
}

export function proxy_on_request_headers(context: i32, count: i32, end: i32): i32 {
  log("headers");
  return 0;
}
