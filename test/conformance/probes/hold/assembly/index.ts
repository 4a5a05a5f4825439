// Holds the headers until the body is complete: with `allow_on_headers_stop_iteration` that works, without it the
// body never comes and the stream hangs (abi.md F.5). x-do says what happens at the end.
import {
  addHeader,
  bufferStatus,
  enter,
  getBuffer,
  headerOrNull,
  log,
  pairs,
  removeHeader,
  replaceHeader,
  sendLocalResponse,
  setBuffer,
} from "../../assembly/host";

export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: i32): usize {
  return heap.alloc(size);
}

const NOT_HELD = 0;
const RELEASE = 1;
const REJECT = 2;
const EARLY = 3;
const DROP = 4;

let request: i32 = NOT_HELD;
let response: i32 = NOT_HELD;

function order(name: string | null): i32 {
  if (name === null) return NOT_HELD;
  const names = ["", "release", "reject", "early", "drop"];
  return max(names.indexOf(name), 0);
}

/** The filter that a header names stops there even when nothing follows, whatever that means. */
function headers(map: i32, held: i32, end: i32): i32 {
  const value = headerOrNull(map, "x-return");
  if (value !== null) return i32.parse(value);
  return held != NOT_HELD && end == 0 ? 1 : 0;
}

function finish(map: i32, buffer: i32, held: i32): i32 {
  log("held " + pairs(map) + " with " + bufferStatus(buffer));
  if (held == REJECT) {
    sendLocalResponse(400, "rejected", "rejected", []);
    return 1;
  }
  if (held != NOT_HELD) {
    replaceHeader(map, "x-checked", "1");
    if (removeHeader(map, "content-length") == 0) setBuffer(buffer, i32.MAX_VALUE, 0, " checked");
    log("length " + addHeader(map, "content-length", bufferStatus(buffer).slice(2, -2)).toString());
  }
  return 0;
}

function body(map: i32, buffer: i32, size: i32, end: i32, held: i32): i32 {
  log("body " + size.toString() + " " + end.toString() + " " + getBuffer(buffer, 0, 40));
  if (held == NOT_HELD) return 0;
  if (held == DROP) return end == 0 ? 3 : 0;
  if (held == EARLY || end != 0) return finish(map, buffer, held);
  return 1;
}

export function proxy_on_request_headers(context: i32, count: i32, end: i32): i32 {
  enter();
  request = order(headerOrNull(0, "x-do"));
  return headers(0, request, end);
}

export function proxy_on_request_body(context: i32, size: i32, end: i32): i32 {
  enter();
  return body(0, 0, size, end, request);
}

export function proxy_on_request_trailers(context: i32, count: i32): i32 {
  enter();
  return request == NOT_HELD ? 0 : finish(0, 0, request);
}

export function proxy_on_response_headers(context: i32, count: i32, end: i32): i32 {
  enter();
  log("request map in response headers: " + pairs(0));
  response = order(headerOrNull(2, "x-do"));
  return headers(2, response, end);
}

export function proxy_on_response_body(context: i32, size: i32, end: i32): i32 {
  enter();
  return body(2, 1, size, end, response);
}

export function proxy_on_response_trailers(context: i32, count: i32): i32 {
  enter();
  return response == NOT_HELD ? 0 : finish(2, 1, response);
}
