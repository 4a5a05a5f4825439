// Cannot give memory: returns 0, or traps, as the request says; the path cannot be asked for, it would need memory.
import { proxy_get_header_map_value } from "../../assembly/env";
import { log } from "../../assembly/host";

export function proxy_abi_version_0_2_1(): void {}

let calls: i32 = 0;

export function malloc(size: i32): usize {
  if (calls++ % 2 == 1) unreachable();
  return 0;
}

export function proxy_on_request_headers(context: i32, count: i32, end: i32): i32 {
  const key = String.UTF8.encode(":path");
  log("first " + proxy_get_header_map_value(0, changetype<usize>(key), key.byteLength, 8, 12).toString());
  log("second " + proxy_get_header_map_value(0, changetype<usize>(key), key.byteLength, 8, 12).toString());
  return 0;
}
