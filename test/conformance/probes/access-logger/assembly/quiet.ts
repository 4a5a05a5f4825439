// The filter in front of the logger: it sets a property, replies or closes, and is quiet at the end.
import { proxy_close_stream } from "../../assembly/env";
import { enter, getHeader, log, sendLocalResponse, setProperty } from "../../assembly/host";

export function proxy_abi_version_0_2_1(): void {}
export function malloc(size: i32): usize {
  return heap.alloc(size);
}

export function proxy_on_request_headers(context: i32, headers: i32, endOfStream: i32): i32 {
  enter();
  log("set " + setProperty("k", "of the filter").toString());
  const order = getHeader(0, "x-do");
  if (order == "0 reply") sendLocalResponse(403, "denied", "no", []);
  if (order == "0 close") proxy_close_stream(0);
  return order == "1" ? 0 : 1;
}

export function proxy_on_log(context: i32): void {
  enter();
  log("filter log");
}
