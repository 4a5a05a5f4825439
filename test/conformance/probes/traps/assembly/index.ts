// Traps where and how x-trap says: `CALLBACK-CAUSE`. After that the VM is dead and every request gets a 503 (abi.md 11).
import { enter, headerOrNull, log, sendLocalResponse } from "../../assembly/host";

export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: i32): usize {
  return heap.alloc(size);
}

const REQUEST_HEADERS = 1;
const REQUEST_BODY = 2;
const RESPONSE_HEADERS = 3;
const RESPONSE_BODY = 4;
const LOG = 5;
const DONE = 6;
const DELETE = 7;

let where: i32 = 0;
let cause: i32 = 0;

function read(order: string | null): void {
  where = 0;
  cause = 0;
  if (order === null) return;
  const parts = order.split("/");
  const callbacks = [
    "",
    "request-headers",
    "request-body",
    "response-headers",
    "response-body",
    "log",
    "done",
    "delete",
  ];
  const causes = ["unreachable", "memory", "divide", "overflow", "stack", "table", "after-reply"];
  where = max(callbacks.indexOf(parts[0]), 0);
  cause = parts.length > 1 ? causes.indexOf(parts[1]) : 0;
}

function deeper(depth: i32): i32 {
  return depth == -1 ? 0 : deeper(depth + 1) + deeper(depth + 2);
}

function trapIn(callback: i32): void {
  if (where != callback) return;
  log("about to trap");
  if (cause == 1) store<u8>(0xfffffff0, 1);
  if (cause == 2) log((1 / (where - callback)).toString());
  if (cause == 3) log((i32.MIN_VALUE / (where - callback - 1)).toString());
  if (cause == 4) log(deeper(0).toString());
  if (cause == 5) call_indirect<i32>(1000 + where, 1);
  if (cause == 6) log("reply " + sendLocalResponse(403, "lost", "lost", []).toString());
  unreachable();
}

export function proxy_on_request_headers(context: i32, count: i32, end: i32): i32 {
  enter();
  read(headerOrNull(0, "x-trap"));
  trapIn(REQUEST_HEADERS);
  return 0;
}

export function proxy_on_request_body(context: i32, size: i32, end: i32): i32 {
  enter();
  trapIn(REQUEST_BODY);
  return 0;
}

export function proxy_on_response_headers(context: i32, count: i32, end: i32): i32 {
  enter();
  trapIn(RESPONSE_HEADERS);
  return 0;
}

export function proxy_on_response_body(context: i32, size: i32, end: i32): i32 {
  enter();
  trapIn(RESPONSE_BODY);
  return 0;
}

export function proxy_on_log(context: i32): void {
  enter();
  trapIn(LOG);
}

export function proxy_on_done(context: i32): i32 {
  enter();
  trapIn(DONE);
  return 1;
}

export function proxy_on_delete(context: i32): void {
  enter();
  trapIn(DELETE);
}
