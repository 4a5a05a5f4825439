// Does with a connection what its data say: `VERB-NAME`, NAME being the plugin's (abi.md 9, F.9).
import * as env from "../../assembly/env";
import { configuration, enter, getBuffer, getProperty, log } from "../../assembly/host";

export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: i32): usize {
  return heap.alloc(size);
}

let trapsAtOnce: bool = false;

export function proxy_on_context_create(context: i32, parent: i32): void {}

export function proxy_on_configure(context: i32, size: i32): i32 {
  enter();
  const text = configuration();
  trapsAtOnce = text !== null && text == "trap";
  return 1;
}

/** 1: the data stay. */
function act(buffer: i32): i32 {
  enter();
  const text = getBuffer(buffer, 0, i32.MAX_VALUE).substring(2);
  const name = getProperty("plugin_name").substring(2);
  log("data " + text);
  if (text == "trap-" + name) unreachable();
  if (text == "close-" + name) log("close " + env.proxy_close_stream(buffer).toString());
  if (text == "other-" + name) log("close " + env.proxy_close_stream(5 - buffer).toString());
  if (text == "continue-" + name) {
    log("continue " + env.proxy_continue_stream(2).toString() + env.proxy_continue_stream(3).toString());
    return 1;
  }
  return text == "hold-" + name ? 1 : 0;
}

export function proxy_on_new_connection(context: i32): i32 {
  if (trapsAtOnce) unreachable();
  return 0;
}

export function proxy_on_downstream_data(context: i32, size: i32, end: i32): i32 {
  return act(2);
}

export function proxy_on_upstream_data(context: i32, size: i32, end: i32): i32 {
  return act(3);
}

export function proxy_on_downstream_connection_close(context: i32, type: i32): void {}

export function proxy_on_upstream_connection_close(context: i32, type: i32): void {}

export function proxy_on_done(context: i32): i32 {
  return 1;
}

export function proxy_on_log(context: i32): void {}

export function proxy_on_delete(context: i32): void {}
