// The life of a root (abi.md 7.1, E.11): through updates of the listener, deferred ends, the end of the process.
import { proxy_done, proxy_set_effective_context } from "../../assembly/env";
import { configuration, enter, getBuffer, log } from "../../assembly/host";
import { proxy_set_tick_period_milliseconds } from "./env";

/** By root: whether its end is put off. */
let deferring: i32 = 0;

export function proxy_abi_version_0_2_1(): void {}
export function malloc(size: i32): usize {
  return heap.alloc(size);
}

export function proxy_on_context_create(context: i32, parent: i32): void {
  enter();
  log("create " + context.toString() + " " + parent.toString());
}

export function proxy_on_vm_start(root: i32, size: i32): i32 {
  enter();
  log("start " + root.toString() + ", VM " + getBuffer(6, 0, 100));
  return 1;
}

export function proxy_on_configure(root: i32, size: i32): i32 {
  enter();
  const given = configuration();
  log("configure " + root.toString() + " " + (given === null ? "nothing" : given));
  if (given !== null && given == "defer") deferring = root;
  if (given !== null && given == "trap") unreachable();
  if (given === null || given != "refuse") return 1;
  takeTime();
  return 0;
}

const scratch = heap.alloc(4);

/** Some tenths of a second: until an update is refused, the workers have begun with the plugins before this one. When not, it is a race. */
function takeTime(): void {
  for (let i = 0; i < 100_000_000; i++) store<i32>(scratch, load<i32>(scratch) * 31 + i);
}

export function proxy_on_request_headers(context: i32, headers: i32, endOfStream: i32): i32 {
  enter();
  log("request " + context.toString() + ", done " + proxy_done().toString());
  return 0;
}

export function proxy_on_log(context: i32): void {
  enter();
  log("log " + context.toString());
}

export function proxy_on_done(context: i32): i32 {
  enter();
  if (context != deferring) {
    log("done " + context.toString());
    return 1;
  }
  log("done " + context.toString() + " later: " + proxy_done().toString());
  proxy_set_tick_period_milliseconds(600);
  return 0;
}

export function proxy_on_tick(root: i32): void {
  enter();
  proxy_set_tick_period_milliseconds(0);
  log("tick " + root.toString() + ", done " + proxy_done().toString() + proxy_done().toString());
}

export function proxy_on_delete(context: i32): void {
  enter();
  log("delete " + context.toString() + ", effective " + proxy_set_effective_context(1).toString());
}
