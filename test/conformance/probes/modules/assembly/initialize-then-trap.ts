// A main function that traps after _initialize has run.
import { log } from "../../assembly/host";

export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: i32): usize {
  return heap.alloc(size);
}

log("initialize");

export function main(count: i32, list: i32): i32 {
  unreachable();
  return 0;
}
