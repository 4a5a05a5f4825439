// Tells everything it sees, and does what the header x-do says, in the callbacks that it names: `hold` stops there for
// ever, `reply` sends a local reply, `close` closes the stream, `release` holds until the message is over.
import {
  bufferStatus,
  bytes,
  enter,
  getBuffer,
  getProperty,
  headerOrNull,
  log,
  pairs,
  propertyHex,
  removeHeader,
  replaceHeader,
  sendLocalResponse,
  text,
} from "../../assembly/host";
import * as env from "../../assembly/env";

export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: i32): usize {
  return heap.alloc(size);
}

/** What x-do says, kept where no callback forgets it; streams come one after the other. */
const TOLD = memory.data(512);
let toldSize: i32 = 0;
let orders: string[] = [];

function begin(): void {
  enter();
  orders = text(TOLD, toldSize).split(",");
}

function has(order: string): bool {
  return orders.includes(order);
}

/** What a callback returns, after doing what it was told. `where` names the callback. */
function act(where: string): i32 {
  if (has("reply-" + where)) {
    sendLocalResponse(403, "told to", "no " + where, ["x-reply", where]);
    return 1;
  }
  if (has("empty-reply-" + where)) {
    sendLocalResponse(403, "told to", "", ["x-reply", where]);
    return 1;
  }
  if (has("close-" + where)) {
    env.proxy_close_stream(where.startsWith("request") ? 0 : 1);
    return 1;
  }
  return has("hold-" + where) ? 1 : 0;
}

function edit(map: i32): void {
  for (let i = 0; i < orders.length; i++) {
    const order = orders[i];
    if (order.startsWith("remove:")) removeHeader(map, order.substring(7));
    if (!order.startsWith("set:")) continue;
    const equals = order.indexOf("=");
    replaceHeader(map, order.substring(4, equals), order.substring(equals + 1));
  }
}

function body(where: string, buffer: i32, size: i32, end: i32): i32 {
  log(where + " " + size.toString() + " " + end.toString() + " " + getBuffer(buffer, 0, 24));
  const result = act(where + (end == 0 ? "" : "-end"));
  if (result != 0) return result;
  const all = act(where);
  if (all != 0) return all;
  return has("release-" + where) && end == 0 ? 1 : 0;
}

export function proxy_on_request_headers(context: i32, count: i32, end: i32): i32 {
  enter();
  const told = headerOrNull(0, "x-do");
  const octets = bytes(told === null ? "" : told);
  toldSize = octets.byteLength;
  memory.copy(TOLD, changetype<usize>(octets), toldSize);
  orders = text(TOLD, toldSize).split(",");
  log("request headers " + count.toString() + " " + end.toString() + " " + pairs(0));
  log("protocol " + getProperty("request.protocol") + ", route " + getProperty("xds.route_name"));
  edit(0);
  return act("request-headers");
}

export function proxy_on_request_body(context: i32, size: i32, end: i32): i32 {
  begin();
  return body("request-body", 0, size, end);
}

export function proxy_on_request_trailers(context: i32, count: i32): i32 {
  begin();
  log("request trailers " + count.toString() + " " + pairs(1) + " held " + bufferStatus(0));
  return act("request-trailers");
}

export function proxy_on_request_metadata(context: i32, count: i32): i32 {
  begin();
  log("request metadata " + count.toString());
  return 0;
}

export function proxy_on_response_headers(context: i32, count: i32, end: i32): i32 {
  begin();
  log("response headers " + count.toString() + " " + end.toString() + " " + pairs(2));
  return act("response-headers");
}

export function proxy_on_response_body(context: i32, size: i32, end: i32): i32 {
  begin();
  return body("response-body", 1, size, end);
}

export function proxy_on_response_trailers(context: i32, count: i32): i32 {
  begin();
  log("response trailers " + count.toString() + " " + pairs(3) + " held " + bufferStatus(1));
  return act("response-trailers");
}

export function proxy_on_response_metadata(context: i32, count: i32): i32 {
  begin();
  log("response metadata " + count.toString());
  return 0;
}

export function proxy_on_log(context: i32): void {
  begin();
  for (let map = 0; map < 4; map++) if (map != 1) log("log map " + map.toString() + ": " + pairs(map));
  const names = ["response.code_details", "request.protocol", "xds.route_name", "xds.cluster_name"];
  for (let i = 0; i < names.length; i++) log(names[i] + ": " + getProperty(names[i]));
  const numbers = [
    "response.code",
    "response.flags",
    "response.grpc_status",
    "request.size",
    "response.size",
  ];
  for (let i = 0; i < numbers.length; i++) log(numbers[i] + ": " + propertyHex(numbers[i]));
}
