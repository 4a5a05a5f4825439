// Fails to start in the way its configuration says.
import * as env from "../../assembly/env";
import { configuration, enter, getBuffer, log, sendLocalResponse } from "../../assembly/host";

export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: i32): usize {
  return heap.alloc(size);
}

let rootTrapped: bool = false;

export function proxy_on_context_create(context: i32, parent: i32): void {
  enter();
  const text = getBuffer(7, 0, 100);
  log("create " + text);
  if (text == "0 create-traps" && parent == 0) unreachable();
}

export function proxy_on_vm_start(context: i32, size: i32): i32 {
  enter();
  const text = getBuffer(6, 0, 100);
  log("vm start " + text);
  if (text == "0 start-traps") unreachable();
  return text == "0 start-refuses" ? 0 : 1;
}

export function proxy_on_configure(context: i32, size: i32): i32 {
  enter();
  const text = configuration();
  log("configure");
  if (text !== null && text == "configure-traps") unreachable();
  if (text !== null && text == "configure-refuses") {
    env.proxy_log(4, changetype<usize>(String.UTF8.encode("this configuration is wrong")), 27);
    return 0;
  }
  log("reply from a root " + sendLocalResponse(403, "root", "root", []).toString());
  return text !== null && text == "configure-returns-2" ? 2 : 1;
}
