// A reactor with a main function, which runs after _initialize; its result means nothing.
import { log } from "../../assembly/host";

export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: i32): usize {
  return heap.alloc(size);
}

log("initialize");

export function main(count: i32, list: i32): i32 {
  log("main " + count.toString() + " " + list.toString());
  return 7;
}

export function __main_void(): i32 {
  log("not called beside main");
  return 0;
}

export function proxy_on_configure(context: i32, size: i32): i32 {
  log("configure");
  return 1;
}
