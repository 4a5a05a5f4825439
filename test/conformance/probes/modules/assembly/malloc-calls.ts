// Calls the host from malloc: logging is allowed, anything else is not.
import { proxy_done, proxy_get_header_map_value } from "../../assembly/env";
import { log } from "../../assembly/host";

export function proxy_abi_version_0_2_1(): void {}

let asks: bool = false;

export function malloc(size: i32): usize {
  if (!asks) log("allocating");
  else proxy_done();
  return heap.alloc(size);
}

export function proxy_on_request_headers(context: i32, count: i32, end: i32): i32 {
  const key = String.UTF8.encode(":path");
  log("first " + proxy_get_header_map_value(0, changetype<usize>(key), key.byteLength, 8, 12).toString());
  asks = true;
  log("second " + proxy_get_header_map_value(0, changetype<usize>(key), key.byteLength, 8, 12).toString());
  return 0;
}
