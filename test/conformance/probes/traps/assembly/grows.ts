// Asks for memory until it gets no more (abi.md E.5, row 7).
import { enter, log } from "../../assembly/host";

export function proxy_abi_version_0_2_1(): void {}
export function malloc(size: i32): usize {
  return heap.alloc(size);
}

export function proxy_on_request_headers(context: i32, headers: i32, endOfStream: i32): i32 {
  enter();
  const before = memory.size();
  while (memory.grow(1024) != -1) {}
  while (memory.grow(1) != -1) {}
  log("from " + before.toString() + " to " + memory.size().toString() + " pages");
  return 0;
}
