// Asks for every map and buffer in every callback there is: which of them answer, with what status, and which can be
// written to. The stream's own maps everywhere, the others where one callback stands for all.
import * as env from "../../assembly/env";
import {
  addHeader,
  bufferStatus,
  enter,
  getBuffer,
  getHeader,
  log,
  logLevel,
  mapSize,
  pairs,
  removeHeader,
  replaceHeader,
  setBuffer,
  statusOf,
} from "../../assembly/host";

export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: i32): usize {
  return heap.alloc(size);
}

/** Asked for everything, for all streams. */
const FIRST_STREAM = 2;

const HTTP_MAPS = 4;
const MAPS_AND_ONE_MORE = 9;
const HTTP_BUFFERS = 2;
const BUFFERS_AND_ONE_MORE = 10;

/** Reading changes nothing, writing leaves headers that name the callback where it is allowed. */
function ask(callback: string, everything: bool): void {
  const maps = everything ? MAPS_AND_ONE_MORE : HTTP_MAPS;
  for (let map = 0; map < maps; map++) {
    let line = callback + " map " + map.toString() + ": " + pairs(map);
    if (everything) line += "; empty name " + getHeader(map, "");
    log(line + "; X-Two " + getHeader(map, "X-Two") + "; absent " + getHeader(map, "absent"));
  }
  for (let map = 0; map < maps; map++) {
    let line =
      callback + " write " + map.toString() + ": add " + addHeader(map, "X-Added-In", callback).toString();
    line += " replace " + replaceHeader(map, "x-Replaced", callback).toString();
    line += " remove " + removeHeader(map, "x-drop-" + callback).toString();
    log(line + " remove absent " + removeHeader(map, "absent").toString() + " size " + mapSize(map));
  }
  const buffers = everything ? BUFFERS_AND_ONE_MORE : HTTP_BUFFERS;
  for (let buffer = 0; buffer < buffers; buffer++) {
    let line =
      callback +
      " buffer " +
      buffer.toString() +
      ": " +
      bufferStatus(buffer) +
      "; " +
      getBuffer(buffer, 0, 16);
    if (everything) line += "; write " + setBuffer(buffer, 1, 0, "").toString();
    log(line + "; from 3 " + getBuffer(buffer, 3, 4) + "; beyond " + getBuffer(buffer, 1 << 30, -1));
  }
}

export function proxy_on_context_create(context: i32, parent: i32): void {
  enter();
  if (parent == 0) log("level " + logLevel() + ", status " + statusOf());
  ask(parent == 0 ? "create-root" : "create-stream", parent == 0);
}

export function proxy_on_vm_start(context: i32, size: i32): i32 {
  enter();
  ask("vm-start", true);
  return 1;
}

export function proxy_on_configure(context: i32, size: i32): i32 {
  enter();
  ask("configure", true);
  return 1;
}

export function proxy_on_request_headers(context: i32, count: i32, end: i32): i32 {
  enter();
  ask("request-headers", context == FIRST_STREAM);
  return 0;
}

export function proxy_on_request_body(context: i32, size: i32, end: i32): i32 {
  enter();
  ask("request-body", false);
  return 0;
}

export function proxy_on_request_trailers(context: i32, count: i32): i32 {
  enter();
  ask("request-trailers", false);
  return 0;
}

export function proxy_on_response_headers(context: i32, count: i32, end: i32): i32 {
  enter();
  ask("response-headers", false);
  return 0;
}

export function proxy_on_response_body(context: i32, size: i32, end: i32): i32 {
  enter();
  ask("response-body", false);
  return 0;
}

export function proxy_on_response_trailers(context: i32, count: i32): i32 {
  enter();
  ask("response-trailers", false);
  return 0;
}

export function proxy_on_log(context: i32): void {
  enter();
  ask("log", context == FIRST_STREAM);
}

export function proxy_on_done(context: i32): i32 {
  enter();
  log("proxy_done " + env.proxy_done().toString());
  ask("done", false);
  return 1;
}

export function proxy_on_delete(context: i32): void {
  enter();
  ask("delete", false);
}
