// Callouts from other places than the headers (abi.md D.20, E.1, F.5): `x-call` names the callback that asks and waits, `x-do`
// what is done with the answer; `x-length` puts a content-length on a callout that has no body.
import { proxy_continue_stream, proxy_set_effective_context } from "../../assembly/env";
import {
  bytes,
  encodePairs,
  enter,
  getBuffer,
  getHeader,
  headerOrNull,
  log,
  pairs,
  sendLocalResponse,
} from "../../assembly/host";
import { proxy_http_call } from "./env";

const TOKEN = memory.data(4);
const IN_HEADERS = 1;
const AT_END = 2;

let where: i32 = 0;
let replies = false;
let answered = false;
let waiting: i32 = 0;

export function proxy_abi_version_0_2_1(): void {}
export function malloc(size: i32): usize {
  return heap.alloc(size);
}

function call(length: string | null): string {
  const cluster = bytes("cluster");
  const list = [":method", "GET", ":path", "/late", ":authority", "callout.test"];
  if (length !== null) {
    list.push("content-length");
    list.push(length);
  }
  const headers = encodePairs(list);
  store<i32>(TOKEN, -1);
  const status = proxy_http_call(
    changetype<usize>(cluster),
    cluster.byteLength,
    changetype<usize>(headers),
    headers.byteLength,
    0,
    0,
    0,
    0,
    400,
    TOKEN,
  );
  return status.toString() + " token " + load<i32>(TOKEN).toString();
}

export function proxy_on_request_headers(context: i32, count: i32, end: i32): i32 {
  enter();
  const told = headerOrNull(0, "x-call");
  const then = headerOrNull(0, "x-do");
  where = told === null ? 0 : told == "headers" ? IN_HEADERS : AT_END;
  replies = then !== null && then == "reply";
  answered = false;
  waiting = context;
  if (where != IN_HEADERS) return 0;
  log("call " + call(headerOrNull(0, "x-length")));
  // The headers go on, or wait where there is no body: the body is what waits.
  return end != 0 ? 1 : 0;
}

export function proxy_on_request_body(context: i32, size: i32, end: i32): i32 {
  enter();
  log("body " + size.toString() + " " + end.toString());
  if (where == AT_END && end != 0 && !answered) log("call " + call(null));
  return where == 0 || answered ? 0 : 1;
}

export function proxy_on_http_call_response(
  root: i32,
  token: i32,
  headers: i32,
  size: i32,
  trailers: i32,
): void {
  enter();
  answered = true;
  log("answer " + headers.toString() + " " + getHeader(6, ":status") + " " + getBuffer(4, 0, 60));
  log("effective " + proxy_set_effective_context(waiting).toString());
  log("body " + getBuffer(0, 0, 60) + ", headers " + pairs(0));
  if (replies) log("reply " + sendLocalResponse(403, "denied", "no", []).toString());
  else log("continue " + proxy_continue_stream(0).toString());
}
