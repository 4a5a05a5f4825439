// The same without parameters.
import { log } from "../../assembly/host";

export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: i32): usize {
  return heap.alloc(size);
}

export function __main_void(): i32 {
  log("main");
  return 7;
}
