// proxy_get_log_level came with 0.2.1.
import { log, logLevel } from "../../assembly/host";

export function proxy_abi_version_0_2_0(): void {}

export function malloc(size: i32): usize {
  return heap.alloc(size);
}

export function proxy_on_request_headers(context: i32, count: i32, end: i32): i32 {
  log(logLevel());
  return 0;
}
