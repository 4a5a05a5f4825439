// The oldest version: headers callbacks do not tell the end, an absent header is an empty one.
import { enter, getHeader, log, pairs } from "../../assembly/host";

export function proxy_abi_version_0_1_0(): void {}

export function malloc(size: i32): usize {
  return heap.alloc(size);
}

export function proxy_on_request_headers(context: i32, count: i32): i32 {
  enter();
  log("absent " + getHeader(0, "absent") + ", all " + pairs(0));
  return 0;
}

export function proxy_on_response_headers(context: i32, count: i32): i32 {
  enter();
  log("absent " + getHeader(2, "absent") + ", request " + getHeader(0, "absent"));
  return 0;
}
