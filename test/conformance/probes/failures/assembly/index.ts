// Traps in the callback that the header `x-NAME` names, NAME being the plugin's: what becomes of this stream, of the others and of
// the plugins in the same VM (abi.md 11, E.5).
import { enter, getProperty, headerOrNull } from "../../assembly/host";

export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: i32): usize {
  return heap.alloc(size);
}

let where: i32 = 0;

const HEADERS = 1;
const BODY = 2;
const RESPONSE_HEADERS = 3;
const RESPONSE_BODY = 4;
const LOG = 5;

function trapIn(callback: i32): void {
  if (where == callback) unreachable();
}

function read(): void {
  const order = headerOrNull(0, "x-" + getProperty("plugin_name").substring(2));
  where = 0;
  if (order === null) return;
  if (order == "reqh") where = HEADERS;
  if (order == "reqb") where = BODY;
  if (order == "resh") where = RESPONSE_HEADERS;
  if (order == "resb") where = RESPONSE_BODY;
  if (order == "log") where = LOG;
}

export function proxy_on_context_create(context: i32, parent: i32): void {}

export function proxy_on_configure(context: i32, size: i32): i32 {
  return 1;
}

export function proxy_on_request_headers(context: i32, count: i32, end: i32): i32 {
  enter();
  read();
  trapIn(HEADERS);
  return 0;
}

export function proxy_on_request_body(context: i32, size: i32, end: i32): i32 {
  trapIn(BODY);
  return 0;
}

export function proxy_on_response_headers(context: i32, count: i32, end: i32): i32 {
  trapIn(RESPONSE_HEADERS);
  return 0;
}

export function proxy_on_response_body(context: i32, size: i32, end: i32): i32 {
  trapIn(RESPONSE_BODY);
  return 0;
}

export function proxy_on_log(context: i32): void {
  trapIn(LOG);
}

export function proxy_on_done(context: i32): i32 {
  return 1;
}

export function proxy_on_delete(context: i32): void {}
