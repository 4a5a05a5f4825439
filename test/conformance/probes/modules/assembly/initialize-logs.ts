// Logs before there is a context, which is allowed.
import { log } from "../../assembly/host";

export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: i32): usize {
  return heap.alloc(size);
}

log("from _initialize");
