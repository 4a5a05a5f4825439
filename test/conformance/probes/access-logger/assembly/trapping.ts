// An access logger that traps, and a filter that turns to the logger's root (abi.md E.2): what runs is said by the plugin's name.
import { proxy_set_effective_context } from "../../assembly/env";
import { enter, getHeader, getProperty, log, pairs } from "../../assembly/host";

export function proxy_abi_version_0_2_1(): void {}
export function malloc(size: i32): usize {
  return heap.alloc(size);
}

let logger: i32 = 0;

export function proxy_on_configure(root: i32, size: i32): i32 {
  enter();
  if (getProperty("plugin_name") == "0 logger") logger = root;
  return 1;
}

export function proxy_on_log(context: i32): void {
  enter();
  const isLogger = context == logger;
  log((isLogger ? "logger " : "filter ") + context.toString() + " path " + getHeader(0, ":path"));
  if (isLogger) {
    if (getHeader(0, "x-do") == "0 trap") unreachable();
    return;
  }
  if (getHeader(0, "x-do") != "0 turn") return;
  log("turn " + proxy_set_effective_context(logger).toString());
  log("as the logger: " + getHeader(0, ":path") + ", " + pairs(0) + ", code " + getProperty("request.path"));
}
