// Several filters in one chain (abi.md E.6): every callback says whose it is; `x-do: NAME:PHASE:ACTION` makes one act.
import { proxy_close_stream, proxy_set_effective_context } from "../../assembly/env";
import {
  enter,
  getBuffer,
  getHeader,
  getProperty,
  headerOrNull,
  log,
  sendLocalResponse,
  setBuffer,
  setProperty,
} from "../../assembly/host";

/** Of the stream in flight; there is one at a time. */
let mine = false;
let phase: i32 = 0;
let action: i32 = 0;

export function proxy_abi_version_0_2_1(): void {}
export function malloc(size: i32): usize {
  return heap.alloc(size);
}

function say(context: i32, what: string): void {
  log(getProperty("plugin_name").substring(2) + " " + context.toString() + " " + what);
}

function index(list: string, word: string): i32 {
  return list.split(" ").indexOf(word);
}

function plan(map: i32): void {
  const order = headerOrNull(map, "x-do");
  mine = false;
  if (order === null) return;
  const parts = order.split(":");
  mine = getProperty("plugin_name").substring(2) == parts[0];
  phase = index("reqh reqb reqt resh resb rest log", parts[1]);
  action = index("reply stop buffer set get trap close other", parts[2]);
}

/** What the callback returns. */
function act(now: i32, context: i32): i32 {
  if (!mine || phase != now) return 0;
  if (action == 0) {
    say(context, "reply " + sendLocalResponse(403, "by_the_probe", "denied", ["x-by", "probe"]).toString());
    return 1;
  }
  if (action == 1) return 1;
  if (action == 2) {
    if (now == 1) setBuffer(0, 0, 0, "[held]");
    return now == 1 || now == 4 ? 1 : 0;
  }
  if (action == 3) say(context, "set " + setProperty("shared", "by " + context.toString()).toString());
  if (action == 5) unreachable();
  if (action == 6) say(context, "close " + proxy_close_stream(now < 3 ? 0 : 1).toString());
  if (action == 7) {
    // The other plugin's context of the same stream, one number before or after.
    say(
      context,
      "other " +
        proxy_set_effective_context(context - 1).toString() +
        " " +
        getProperty("plugin_root_id") +
        " " +
        getHeader(0, ":path"),
    );
    say(context, "itself " + proxy_set_effective_context(0).toString() + " " + getProperty("plugin_root_id"));
  }
  return action == 6 ? 1 : 0;
}

export function proxy_on_context_create(context: i32, parent: i32): void {
  enter();
  say(context, "created, parent " + parent.toString());
}

export function proxy_on_request_headers(context: i32, headers: i32, endOfStream: i32): i32 {
  enter();
  plan(0);
  say(
    context,
    "reqh " + headers.toString() + " " + endOfStream.toString() + ", shared " + getProperty("shared"),
  );
  return act(0, context);
}

export function proxy_on_request_body(context: i32, size: i32, endOfStream: i32): i32 {
  enter();
  say(context, "reqb " + size.toString() + " " + endOfStream.toString() + " " + getBuffer(0, 0, 100));
  const result = act(1, context);
  // Held until its end.
  return action == 2 && endOfStream != 0 ? 0 : result;
}

export function proxy_on_request_trailers(context: i32, trailers: i32): i32 {
  enter();
  say(context, "reqt " + trailers.toString() + " " + getBuffer(0, 0, 100));
  return act(2, context);
}

export function proxy_on_response_headers(context: i32, headers: i32, endOfStream: i32): i32 {
  enter();
  say(
    context,
    "resh " +
      headers.toString() +
      " " +
      endOfStream.toString() +
      " " +
      getHeader(2, ":status") +
      ", shared " +
      getProperty("shared"),
  );
  return act(3, context);
}

export function proxy_on_response_body(context: i32, size: i32, endOfStream: i32): i32 {
  enter();
  say(context, "resb " + size.toString() + " " + endOfStream.toString() + " " + getBuffer(1, 0, 100));
  const result = act(4, context);
  return action == 2 && endOfStream != 0 ? 0 : result;
}

export function proxy_on_response_trailers(context: i32, trailers: i32): i32 {
  enter();
  say(context, "rest " + trailers.toString());
  return act(5, context);
}

export function proxy_on_log(context: i32): void {
  enter();
  say(context, "log " + getHeader(2, ":status") + " " + getProperty("response.code_details"));
  act(6, context);
}

export function proxy_on_done(context: i32): i32 {
  enter();
  say(context, "done");
  return 1;
}

export function proxy_on_delete(context: i32): void {
  enter();
  say(context, "delete");
}
