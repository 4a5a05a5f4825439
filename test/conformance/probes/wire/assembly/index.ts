// What of a message reaches a filter, and what of it reaches the other side (abi.md F.1): the filter says what it sees.
import { enter, getProperty, log, pairs } from "../../assembly/host";

export function proxy_abi_version_0_2_1(): void {}
export function malloc(size: i32): usize {
  return heap.alloc(size);
}

export function proxy_on_request_headers(context: i32, headers: i32, endOfStream: i32): i32 {
  enter();
  log("request " + endOfStream.toString() + ": " + pairs(0));
  return 0;
}

export function proxy_on_response_headers(context: i32, headers: i32, endOfStream: i32): i32 {
  enter();
  log("response " + endOfStream.toString() + ": " + pairs(2));
  return 0;
}

export function proxy_on_log(context: i32): void {
  enter();
  log("log: " + pairs(0) + " and " + pairs(2) + ", details " + getProperty("response.code_details"));
}
