// What a plugin reads of a configuration that is no text (abi.md 5.2, D.3).
import { enter, getBuffer, log } from "../../assembly/host";

export function proxy_abi_version_0_2_1(): void {}
export function malloc(size: i32): usize {
  return heap.alloc(size);
}

export function proxy_on_vm_start(root: i32, size: i32): i32 {
  enter();
  log("vm " + size.toString() + " " + getBuffer(6, 0, 1000));
  return 1;
}

export function proxy_on_configure(root: i32, size: i32): i32 {
  enter();
  log("plugin " + size.toString() + " " + getBuffer(7, 0, 1000));
  return 1;
}
