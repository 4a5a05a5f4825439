// Holds bodies up to a limit of its own, and replies beyond it (abi.md F.4): `x-limit` of each message. `x-grow` appends so
// many bytes in the first body callback, or in the last with `x-grow-at: end`; `x-way: pass` holds nothing.
import {
  bufferStatus,
  enter,
  headerOrNull,
  log,
  removeHeader,
  sendLocalResponse,
  setBuffer,
} from "../../assembly/host";

export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: i32): usize {
  return heap.alloc(size);
}

const limits = memory.data(8);
const growths = memory.data(8);
const growsAtEnd = memory.data(8);
const passes = memory.data(8);
/** Set when the growth is done. */
const grown = memory.data(8);

/** `at` is 0 for the request, 4 for the response. */
function told(map: i32, at: usize): i32 {
  const limit = headerOrNull(map, "x-limit");
  const growth = headerOrNull(map, "x-grow");
  store<i32>(limits + at, limit === null ? i32.MAX_VALUE : i32.parse(limit));
  store<i32>(growths + at, growth === null ? 0 : i32.parse(growth));
  store<i32>(growsAtEnd + at, headerOrNull(map, "x-grow-at") === null ? 0 : 1);
  store<i32>(passes + at, headerOrNull(map, "x-way") === null ? 0 : 1);
  store<i32>(grown + at, 0);
  removeHeader(map, "content-length");
  return headerOrNull(map, "x-hold") === null ? 0 : 1;
}

function body(buffer: i32, at: usize, size: i32, end: i32): i32 {
  log(
    (at == 0 ? "request " : "response ") +
      size.toString() +
      " " +
      end.toString() +
      " " +
      bufferStatus(buffer),
  );
  if (size > load<i32>(limits + at)) {
    log(
      "reply " +
        sendLocalResponse(at == 0 ? 413 : 502, "own limit", "too large for the filter", []).toString(),
    );
    return 1;
  }
  const growth = load<i32>(growths + at);
  const isTime = load<i32>(growsAtEnd + at) == 0 || end != 0;
  if (growth > 0 && isTime && load<i32>(grown + at) == 0) {
    store<i32>(grown + at, 1);
    log(
      "grow " +
        setBuffer(buffer, i32.MAX_VALUE, 0, "+".repeat(growth)).toString() +
        ", then " +
        bufferStatus(buffer),
    );
  }
  return end != 0 || load<i32>(passes + at) != 0 ? 0 : 1;
}

export function proxy_on_request_headers(context: i32, count: i32, end: i32): i32 {
  enter();
  return told(0, 0) != 0 && end == 0 ? 1 : 0;
}

export function proxy_on_request_body(context: i32, size: i32, end: i32): i32 {
  enter();
  return body(0, 0, size, end);
}

export function proxy_on_response_headers(context: i32, count: i32, end: i32): i32 {
  enter();
  log("response headers " + count.toString() + " " + end.toString());
  return told(2, 4) != 0 && end == 0 ? 1 : 0;
}

export function proxy_on_response_body(context: i32, size: i32, end: i32): i32 {
  enter();
  return body(1, 4, size, end);
}

export function proxy_on_log(context: i32): void {
  enter();
  log("log");
}
