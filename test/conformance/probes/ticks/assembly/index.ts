// Ticks (abi.md E.3): each plugin stops its own after a number of them, so that both clocks see as many.
import { proxy_continue_stream, proxy_set_effective_context } from "../../assembly/env";
import { configuration, enter, headerOrNull, log, sendLocalResponse } from "../../assembly/host";
import { proxy_set_tick_period_milliseconds } from "./env";

let left: i32 = 0;
/** What the last tick does to a held stream: 0 nothing, 1 goes on, 2 replies. */
let then: i32 = 0;
let held: i32 = 0;
let direction: i32 = 0;

export function proxy_abi_version_0_2_1(): void {}
export function malloc(size: i32): usize {
  return heap.alloc(size);
}

export function proxy_on_configure(root: i32, size: i32): i32 {
  enter();
  const given = configuration();
  if (given !== null && given == "tick") {
    left = 1;
    log("configure: " + proxy_set_tick_period_milliseconds(700).toString());
  }
  return 1;
}

function act(map: i32, context: i32): i32 {
  const order = headerOrNull(map, "x-do");
  if (order === null) return 0;
  const count = headerOrNull(map, "x-ticks");
  left = count === null ? 1 : i32.parse(count);
  held = context;
  direction = map == 0 ? 0 : 1;
  then = order == "hold" ? 1 : order == "reply" ? 2 : 0;
  log(order + " " + proxy_set_tick_period_milliseconds(150).toString());
  return then == 0 ? 0 : 1;
}

export function proxy_on_request_headers(context: i32, headers: i32, endOfStream: i32): i32 {
  enter();
  return act(0, context);
}

export function proxy_on_response_headers(context: i32, headers: i32, endOfStream: i32): i32 {
  enter();
  return act(2, context);
}

export function proxy_on_tick(root: i32): void {
  enter();
  left--;
  log("tick, " + left.toString() + " left");
  // A new period holds from the next one on.
  if (left == 1) log("faster " + proxy_set_tick_period_milliseconds(100).toString());
  if (left > 0) return;
  log("stop " + proxy_set_tick_period_milliseconds(0).toString());
  if (then == 0) return;
  log("effective " + proxy_set_effective_context(held).toString());
  if (then == 1) log("continue " + proxy_continue_stream(direction).toString());
  else log("reply " + sendLocalResponse(429, "tick", "wait", []).toString());
  then = 0;
}
