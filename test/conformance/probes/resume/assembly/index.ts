// Continues and closes streams from inside their own callbacks, right and wrong, as x-do says: `CALLBACK:RETURN:CALL…`
// with the calls c0 c1 c2 (continue_stream) and x1 (close_stream).
import { proxy_close_stream, proxy_continue_stream } from "../../assembly/env";
import { enter, getBuffer, headerOrNull, log, pairs } from "../../assembly/host";

export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: i32): usize {
  return heap.alloc(size);
}

let callback: i32 = -1;
let result: i32 = 0;
let first: i32 = 0;
let second: i32 = 0;

function read(order: string | null): void {
  callback = -1;
  if (order === null) return;
  const parts = order.split(":");
  const callbacks = [
    "request-headers",
    "request-body",
    "response-headers",
    "response-body",
    "log",
    "done",
    "response-trailers",
  ];
  callback = callbacks.indexOf(parts[0]);
  result = i32.parse(parts[1]);
  first = parts.length > 2 ? call(parts[2]) : 0;
  second = parts.length > 3 ? call(parts[3]) : 0;
}

function call(name: string): i32 {
  return ["", "c0", "c1", "c2", "x1"].indexOf(name);
}

function make(what: i32): void {
  if (what >= 1 && what <= 3)
    log("continue " + (what - 1).toString() + " " + proxy_continue_stream(what - 1).toString());
  if (what == 4) log("close " + proxy_close_stream(1).toString());
}

function act(here: i32): i32 {
  if (here != callback) return 0;
  make(first);
  make(second);
  log(
    "maps " +
      pairs(0) +
      " and " +
      pairs(2) +
      ", bodies " +
      getBuffer(0, 0, 20) +
      " and " +
      getBuffer(1, 0, 20),
  );
  return result;
}

export function proxy_on_request_headers(context: i32, count: i32, end: i32): i32 {
  enter();
  read(headerOrNull(0, "x-do"));
  return act(0);
}

export function proxy_on_request_body(context: i32, size: i32, end: i32): i32 {
  enter();
  log("request body " + size.toString() + " " + end.toString());
  return act(1);
}

export function proxy_on_response_headers(context: i32, count: i32, end: i32): i32 {
  enter();
  log("response headers " + count.toString() + " " + end.toString());
  return act(2);
}

export function proxy_on_response_body(context: i32, size: i32, end: i32): i32 {
  enter();
  log("response body " + size.toString() + " " + end.toString());
  return act(3);
}

export function proxy_on_log(context: i32): void {
  enter();
  act(4);
}

export function proxy_on_done(context: i32): i32 {
  enter();
  act(5);
  return 1;
}

export function proxy_on_response_trailers(context: i32, count: i32): i32 {
  enter();
  return act(6);
}
