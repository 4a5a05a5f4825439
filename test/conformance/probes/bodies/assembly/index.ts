// Holds, edits and drops bodies, as the header x-do of each message says: `WHAT-HOW`. HOW tells what a body callback
// returns (pass, hold, drop, watermark), WHAT what it does with the buffer.
import {
  addHeader,
  bufferStatus,
  enter,
  getBuffer,
  headerOrNull,
  log,
  removeHeader,
  replaceHeader,
  setBuffer,
} from "../../assembly/host";

export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: i32): usize {
  return heap.alloc(size);
}

// Streams come one after the other: what the headers said is kept in numbers, since enter() forgets all objects.
const PASS = 0;
const HOLD = 1;
const WATERMARK = 2;
const DROP = 3;
const ALWAYS_HOLD = 4;

const NOTHING = 0;
const REPLACE = 1;
const PREPEND = 2;
const APPEND = 3;
const CLEAR = 4;
const SPLICE = 5;
const FRONT = 6;
const TRAILERS = 7;

let requestHow: i32 = PASS;
let requestWhat: i32 = NOTHING;
let responseHow: i32 = PASS;
let responseWhat: i32 = NOTHING;

function how(order: string): i32 {
  if (order.endsWith("-hold")) return HOLD;
  if (order.endsWith("-watermark")) return WATERMARK;
  if (order.endsWith("-drop")) return DROP;
  if (order.endsWith("-always")) return ALWAYS_HOLD;
  return PASS;
}

function what(order: string): i32 {
  if (order.startsWith("replace")) return REPLACE;
  if (order.startsWith("prepend")) return PREPEND;
  if (order.startsWith("append")) return APPEND;
  if (order.startsWith("clear")) return CLEAR;
  if (order.startsWith("splice")) return SPLICE;
  if (order.startsWith("front")) return FRONT;
  if (order.startsWith("trailers")) return TRAILERS;
  return NOTHING;
}

function edit(buffer: i32, order: i32): void {
  let result = -1;
  if (order == REPLACE) result = setBuffer(buffer, 0, i32.MAX_VALUE, "<replaced>");
  if (order == PREPEND) result = setBuffer(buffer, 0, 0, "<before>");
  if (order == APPEND) result = setBuffer(buffer, i32.MAX_VALUE, 0, "<after>");
  if (order == CLEAR) result = setBuffer(buffer, 0, -1, "");
  if (order == SPLICE) result = setBuffer(buffer, 2, 1, "<inside>");
  if (order == FRONT) result = setBuffer(buffer, 0, 3, "<front>");
  if (order != NOTHING)
    log("edit " + result.toString() + ", then " + bufferStatus(buffer) + " " + getBuffer(buffer, 0, 64));
}

function body(buffer: i32, trailers: i32, size: i32, end: i32, order: i32, way: i32): i32 {
  log(
    "body " +
      size.toString() +
      " " +
      end.toString() +
      ": " +
      bufferStatus(buffer) +
      " " +
      getBuffer(buffer, 0, 64),
  );
  if (order == TRAILERS) {
    log("trailers " + addHeader(trailers, "X-Made", "in body " + end.toString()).toString());
  } else if (way != HOLD || end != 0) {
    edit(buffer, order);
  }
  if (way == ALWAYS_HOLD) return 1;
  return way == PASS || end != 0 ? 0 : way;
}

/** The end of a message with trailers: what was held can still be edited (abi.md 8.2). */
function trailers(buffer: i32, map: i32, count: i32, order: i32, way: i32): i32 {
  log("trailers " + count.toString() + ": " + bufferStatus(buffer) + " " + getBuffer(buffer, 0, 64));
  if (way == HOLD) edit(buffer, order);
  log("write " + addHeader(map, "X-Late", "1").toString() + " " + removeHeader(map, "x-drop").toString());
  return 0;
}

export function proxy_on_request_headers(context: i32, count: i32, end: i32): i32 {
  enter();
  const order = headerOrNull(0, "x-do");
  requestHow = order === null ? PASS : how(order);
  requestWhat = order === null ? NOTHING : what(order);
  // Without it the length of the old body would be told for the new one (abi.md 8.2).
  if (headerOrNull(0, "x-keep-length") === null) removeHeader(0, "content-length");
  replaceHeader(0, "x-seen", "request");
  return 0;
}

export function proxy_on_request_body(context: i32, size: i32, end: i32): i32 {
  enter();
  return body(0, 1, size, end, requestWhat, requestHow);
}

export function proxy_on_request_trailers(context: i32, count: i32): i32 {
  enter();
  return trailers(0, 1, count, requestWhat, requestHow);
}

export function proxy_on_response_headers(context: i32, count: i32, end: i32): i32 {
  enter();
  const order = headerOrNull(2, "x-do");
  responseHow = order === null ? PASS : how(order);
  responseWhat = order === null ? NOTHING : what(order);
  if (headerOrNull(2, "x-keep-length") === null && end == 0) removeHeader(2, "content-length");
  return 0;
}

export function proxy_on_response_body(context: i32, size: i32, end: i32): i32 {
  enter();
  return body(1, 3, size, end, responseWhat, responseHow);
}

export function proxy_on_response_trailers(context: i32, count: i32): i32 {
  enter();
  return trailers(1, 3, count, responseWhat, responseHow);
}
