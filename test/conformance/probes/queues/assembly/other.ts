// A queue whose registrant is a singleton, or has trapped (abi.md E.3). The plugin's name says what it is: consumers register,
// everyone else resolves lazily, in a stream.
import { bytes, enter, getProperty, headerOrNull, log, text } from "../../assembly/host";
import {
  proxy_dequeue_shared_queue,
  proxy_enqueue_shared_queue,
  proxy_register_shared_queue,
  proxy_resolve_shared_queue,
} from "./env";

const OUT = memory.data(12);

export function proxy_abi_version_0_2_1(): void {}
export function malloc(size: i32): usize {
  return heap.alloc(size);
}

export function proxy_on_configure(root: i32, size: i32): i32 {
  enter();
  if (getProperty("plugin_name") != "0 consumer") return 1;
  const name = bytes("jobs");
  const status = proxy_register_shared_queue(changetype<usize>(name), name.byteLength, OUT);
  log("register " + status.toString());
  return 1;
}

function dequeue(token: i32): string {
  store<i64>(OUT, -1);
  const status = proxy_dequeue_shared_queue(token, OUT, OUT + 4);
  return status != 0 ? status.toString() : "0 " + text(load<u32>(OUT), load<i32>(OUT, 4));
}

export function proxy_on_request_headers(context: i32, count: i32, end: i32): i32 {
  enter();
  const item = headerOrNull(0, "x-item");
  if (item === null || getProperty("plugin_name") == "0 consumer") return 0;
  const vm = bytes("consumer");
  const name = bytes("jobs");
  const status = proxy_resolve_shared_queue(
    changetype<usize>(vm),
    vm.byteLength,
    changetype<usize>(name),
    name.byteLength,
    OUT,
  );
  const token = load<i32>(OUT);
  log("resolve " + status.toString());
  if (item == "take") {
    log("dequeue " + dequeue(token) + ", again " + dequeue(token));
    return 0;
  }
  const data = bytes(item);
  log("enqueue " + proxy_enqueue_shared_queue(token, changetype<usize>(data), data.byteLength).toString());
  return 0;
}

export function proxy_on_queue_ready(root: i32, token: i32): void {
  enter();
  const item = dequeue(token);
  log("ready " + item);
  if (item == "0 trap") unreachable();
}
