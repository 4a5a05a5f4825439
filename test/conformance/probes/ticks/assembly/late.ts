// What a tick may do to a stream that is held in any callback (abi.md E.9, F.5), and what becomes of streams when a tick kills
// the VM (E.5, F.9, F.10). `x-hold` names the callback that stops; `x-do` says what the tick does: continue, edit (and
// continue), or trap; `x-reply: request-body` replies in that callback, if it is ever reached.
import { proxy_continue_stream, proxy_set_effective_context } from "../../assembly/env";
import {
  addHeader,
  bufferStatus,
  enter,
  getBuffer,
  headerOrNull,
  log,
  pairs,
  sendLocalResponse,
  setBuffer,
} from "../../assembly/host";
import { proxy_set_tick_period_milliseconds } from "./env";

const NOWHERE = 0;
const REQUEST_HEADERS = 1;
const REQUEST_BODY = 2;
const RESPONSE_HEADERS = 3;
const RESPONSE_BODY = 4;
const RESPONSE_TRAILERS = 5;

const CONTINUE = 0;
const EDIT = 1;
const TRAP = 2;

let hold: i32 = NOWHERE;
let then: i32 = CONTINUE;
let replies = false;
let held: i32 = 0;

export function proxy_abi_version_0_2_1(): void {}
export function malloc(size: i32): usize {
  return heap.alloc(size);
}

function place(name: string | null): i32 {
  if (name === null) return NOWHERE;
  if (name == "request-headers") return REQUEST_HEADERS;
  if (name == "request-body") return REQUEST_BODY;
  if (name == "response-headers") return RESPONSE_HEADERS;
  if (name == "response-body") return RESPONSE_BODY;
  return name == "response-trailers" ? RESPONSE_TRAILERS : NOWHERE;
}

/** Stops where it was told to, and starts the clock there. */
function at(here: i32, context: i32): i32 {
  if (here != hold) return 0;
  held = context;
  proxy_set_tick_period_milliseconds(150);
  return 1;
}

export function proxy_on_request_headers(context: i32, count: i32, end: i32): i32 {
  enter();
  hold = place(headerOrNull(0, "x-hold"));
  const told = headerOrNull(0, "x-do");
  then = told === null ? CONTINUE : told == "edit" ? EDIT : told == "trap" ? TRAP : CONTINUE;
  replies = headerOrNull(0, "x-reply") !== null;
  // Nothing is held: the stream waits for its upstream when the VM dies.
  if (hold == NOWHERE && then == TRAP) proxy_set_tick_period_milliseconds(150);
  log("request headers " + end.toString());
  return at(REQUEST_HEADERS, context);
}

export function proxy_on_request_body(context: i32, size: i32, end: i32): i32 {
  enter();
  log("request body " + size.toString() + " " + end.toString() + " " + getBuffer(0, 0, 40));
  if (replies) {
    log("reply " + sendLocalResponse(403, "late", "too late", []).toString());
    return 1;
  }
  return at(REQUEST_BODY, context);
}

export function proxy_on_response_headers(context: i32, count: i32, end: i32): i32 {
  enter();
  log("response headers " + end.toString());
  return at(RESPONSE_HEADERS, context);
}

export function proxy_on_response_body(context: i32, size: i32, end: i32): i32 {
  enter();
  log("response body " + size.toString() + " " + end.toString() + " " + getBuffer(1, 0, 40));
  return at(RESPONSE_BODY, context);
}

export function proxy_on_response_trailers(context: i32, count: i32): i32 {
  enter();
  log("response trailers " + pairs(3));
  return at(RESPONSE_TRAILERS, context);
}

export function proxy_on_downstream_data(context: i32, size: i32, end: i32): i32 {
  enter();
  const data = getBuffer(2, 0, 40);
  log("downstream data " + data);
  if (data == "0 clock") {
    then = TRAP;
    proxy_set_tick_period_milliseconds(150);
  }
  return data == "0 hold" ? 1 : 0;
}

export function proxy_on_tick(root: i32): void {
  enter();
  proxy_set_tick_period_milliseconds(0);
  if (then == TRAP) unreachable();
  log("effective " + proxy_set_effective_context(held).toString());
  for (let map = 0; map < 4; map++) log("map " + map.toString() + " " + pairs(map));
  for (let buffer = 0; buffer < 2; buffer++)
    log("buffer " + buffer.toString() + " " + bufferStatus(buffer) + " " + getBuffer(buffer, 0, 40));
  if (then == EDIT) {
    for (let map = 0; map < 4; map++)
      log("add " + map.toString() + " " + addHeader(map, "x-late", "tick").toString());
    for (let buffer = 0; buffer < 2; buffer++)
      log("set " + buffer.toString() + " " + setBuffer(buffer, 0, i32.MAX_VALUE, "<edited>").toString());
  }
  log("continue " + proxy_continue_stream(hold >= RESPONSE_HEADERS ? 1 : 0).toString());
}

export function proxy_on_log(context: i32): void {
  enter();
  log("log");
}

export function proxy_on_delete(context: i32): void {
  enter();
  log("delete");
}
