// Calls the host before it may.
import { proxy_get_current_time_nanoseconds } from "../../assembly/env";

export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: i32): usize {
  return heap.alloc(size);
}

proxy_get_current_time_nanoseconds(8);
