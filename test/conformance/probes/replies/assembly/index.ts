// Sends a local reply from the callback that x-reply-in names. x-reply tells what the reply is like; the filter sees
// its own replies in its response callbacks and says so.
import * as env from "../../assembly/env";
import {
  enter,
  getHeader,
  headerOrNull,
  log,
  pairs,
  addHeader,
  sendLocalResponse,
  getProperty,
} from "../../assembly/host";

export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: i32): usize {
  return heap.alloc(size);
}

let phase: i32 = 0;
let kind: i32 = 0;

function phaseOf(name: string | null): i32 {
  if (name === null) return 0;
  const names = [
    "",
    "request-headers",
    "request-body",
    "request-trailers",
    "response-headers",
    "response-body",
    "response-trailers",
  ];
  return max(names.indexOf(name), 0);
}

function kindOf(name: string | null): i32 {
  if (name === null) return 0;
  const names = [
    "full",
    "bare",
    "twice",
    "typed",
    "lengthy",
    "spaced",
    "grpc",
    "closed",
    "status-204",
    "status-400",
    "status-413",
  ];
  return max(names.indexOf(name), 0);
}

function reply(): i32 {
  let result: i32;
  if (kind == 1) {
    result = sendLocalResponse(429, "", "", []);
  } else if (kind == 2) {
    result = sendLocalResponse(403, "first", "the first", ["x-order", "1"]);
    log("again " + sendLocalResponse(500, "second", "the second", ["x-order", "2"]).toString());
  } else if (kind == 3) {
    result = sendLocalResponse(401, "typed", "{}", [
      "Content-Type",
      "application/json",
      "WWW-Authenticate",
      "Probe",
    ]);
  } else if (kind == 4) {
    result = sendLocalResponse(503, "lengthy", "longer than told", [
      "content-length",
      "3",
      "x-many",
      "a",
      "x-many",
      "b",
    ]);
  } else if (kind == 5) {
    result = sendLocalResponse(404, "some white\tspace", "missing", []);
  } else if (kind == 6) {
    result = sendLocalResponse(500, "grpc", "with a status", [], 7);
  } else if (kind == 7) {
    result = env.proxy_close_stream(0);
  } else if (kind == 8) {
    result = sendLocalResponse(204, "empty", "", []);
  } else if (kind == 9) {
    result = sendLocalResponse(400, "bad", "bad", []);
  } else if (kind == 10) {
    result = sendLocalResponse(413, "large", "", []);
  } else {
    result = sendLocalResponse(403, "refused", "no entry\n", ["X-Reason", "probe"]);
  }
  log("reply " + result.toString());
  // Ignored after a reply: every callback then counts as stopped (abi.md 2). A closed stream has to be stopped.
  return kind == 7 ? 1 : 0;
}

export function proxy_on_request_headers(context: i32, count: i32, end: i32): i32 {
  enter();
  phase = phaseOf(headerOrNull(0, "x-reply-in"));
  kind = kindOf(headerOrNull(0, "x-reply"));
  return phase == 1 ? reply() : 0;
}

export function proxy_on_request_body(context: i32, size: i32, end: i32): i32 {
  enter();
  log("request body " + size.toString() + " " + end.toString());
  return phase == 2 ? reply() : 0;
}

export function proxy_on_request_trailers(context: i32, count: i32): i32 {
  enter();
  return phase == 3 ? reply() : 0;
}

export function proxy_on_response_headers(context: i32, count: i32, end: i32): i32 {
  enter();
  log(
    "response headers " +
      count.toString() +
      " " +
      end.toString() +
      " " +
      pairs(2) +
      "; request " +
      getHeader(0, ":path"),
  );
  log("mark " + addHeader(2, "x-seen-by-filter", "1").toString());
  return phase == 4 ? reply() : 0;
}

export function proxy_on_response_body(context: i32, size: i32, end: i32): i32 {
  enter();
  log("response body " + size.toString() + " " + end.toString());
  return phase == 5 ? reply() : 0;
}

export function proxy_on_response_trailers(context: i32, count: i32): i32 {
  enter();
  log("response trailers " + count.toString());
  return phase == 6 ? reply() : 0;
}

export function proxy_on_log(context: i32): void {
  enter();
  log("log " + pairs(2) + "; details " + getProperty("response.code_details"));
}
