// HTTP callouts (abi.md 7.4, 8.7): every answer and failure, what is readable in the callback, and what is done then.
import { proxy_continue_stream, proxy_set_effective_context } from "../../assembly/env";
import {
  addHeader,
  bytes,
  encodePairs,
  enter,
  getBuffer,
  getHeader,
  headerOrNull,
  log,
  mapSize,
  sendLocalResponse,
  setBuffer,
  statusOf,
} from "../../assembly/host";
import { proxy_http_call } from "./env";

const TOKEN = memory.data(4);
let waiting: i32 = 0;
let phase: i32 = 0;

export function proxy_abi_version_0_2_1(): void {}
export function malloc(size: i32): usize {
  return heap.alloc(size);
}

export function proxy_on_configure(root: i32, size: i32): i32 {
  enter();
  // In the canary the answer never arrives.
  if (getBuffer(7, 0, 100) == "0 call") log("configure: " + call("cluster", ["GET"], "", 1000));
  return 1;
}

/** Method, and then what to leave out of the request. */
function call(cluster: string, how: string[], body: string, timeout: i32): string {
  const name = bytes(cluster);
  const list = new Array<string>();
  for (let i = 0; i < 3; i++) {
    const header = i == 0 ? ":method" : i == 1 ? ":path" : ":authority";
    if (how.length > 1 && how[1] == header) continue;
    list.push(header);
    list.push(i == 0 ? how[0] : i == 1 ? "/callout" : "callout.test");
  }
  list.push("X-Asked");
  list.push("yes");
  const headers = encodePairs(list);
  const payload = bytes(body);
  const trailers = encodePairs(["x-sum", "7"]);
  const isMalformed = how.length > 1 && how[1] == "malformed";
  const isBadPointer = how.length > 1 && how[1] == "bad pointer";
  store<i32>(TOKEN, -1);
  const status = proxy_http_call(
    isBadPointer ? 0x7fffff00 : changetype<usize>(name),
    name.byteLength,
    changetype<usize>(headers),
    headers.byteLength - (isMalformed ? 1 : 0),
    changetype<usize>(payload),
    payload.byteLength,
    changetype<usize>(trailers),
    body == "" ? 0 : trailers.byteLength,
    timeout,
    TOKEN,
  );
  return status.toString() + " token " + load<i32>(TOKEN).toString();
}

function act(map: i32, context: i32): i32 {
  const order = headerOrNull(map, "x-do");
  if (order === null) return 0;
  const cluster = headerOrNull(map, "x-cluster");
  const method = headerOrNull(map, "x-method");
  const time = headerOrNull(map, "x-timeout");
  const without = headerOrNull(map, "x-without");
  const how = new Array<string>();
  how.push(method === null ? "GET" : method);
  if (without !== null) how.push(without);
  const body = headerOrNull(map, "x-body");
  const timeout = time === null ? 5000 : i32.parse(time);
  log(call(cluster === null ? "cluster" : cluster, how, body === null ? "" : body, timeout));
  waiting = context;
  phase = map == 0 ? 0 : 1;
  if (order == "twice") log(call("cluster", how, "", 5000));
  return order == "pass" ? 0 : 1;
}

export function proxy_on_request_headers(context: i32, headers: i32, endOfStream: i32): i32 {
  enter();
  return act(0, context);
}

export function proxy_on_response_headers(context: i32, headers: i32, endOfStream: i32): i32 {
  enter();
  return act(2, context);
}

export function proxy_on_http_call_response(
  root: i32,
  token: i32,
  headers: i32,
  bodySize: i32,
  trailers: i32,
): void {
  enter();
  log(
    "answer " +
      headers.toString() +
      " headers, body " +
      bodySize.toString() +
      ", trailers " +
      trailers.toString(),
  );
  log(":status " + getHeader(6, ":status") + ", x-answer " + getHeader(6, "x-answer"));
  log(
    "x-trailer " + getHeader(7, "x-trailer") + ", body " + getBuffer(4, 0, 1000) + ", status " + statusOf(),
  );
  log(
    "add " +
      addHeader(6, "x-a", "b").toString() +
      ", set " +
      setBuffer(4, 0, 0, "x").toString() +
      ", size " +
      mapSize(6),
  );
  log("as the root: " + getHeader(0, ":path") + ", continue " + proxy_continue_stream(phase).toString());
  log("reply as the root " + sendLocalResponse(500, "root", "", []).toString());
  log("effective " + proxy_set_effective_context(waiting).toString());
  log("as the stream: " + getHeader(0, ":path") + ", answer " + getHeader(6, ":status"));
  const then = headerOrNull(phase == 0 ? 0 : 2, "x-then");
  if (then !== null && then == "reply")
    log("reply " + sendLocalResponse(403, "denied", "no", ["x-why", "callout"]).toString());
  else log("continue " + proxy_continue_stream(phase).toString());
}

export function proxy_on_delete(context: i32): void {
  enter();
  log("delete, status " + statusOf());
}
