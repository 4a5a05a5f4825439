// Changes the header maps in every way there is, good and bad. x-do of a message names what is done to it.
import * as env from "../../assembly/env";
import {
  addHeader,
  enter,
  getHeader,
  getProperty,
  headerOrNull,
  log,
  mapSize,
  pairs,
  removeHeader,
  replaceHeader,
  setPairs,
} from "../../assembly/host";

export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: i32): usize {
  return heap.alloc(size);
}

function raw(map: i32, size: i32, fill: u8): i32 {
  const data = heap.alloc(size);
  memory.fill(data, fill, size);
  return env.proxy_set_header_map_pairs(map, data, size);
}

function change(map: i32, order: string): void {
  let result = -1;
  if (order == "set-all") {
    result =
      map == 0
        ? setPairs(0, [
            ":method",
            "PUT",
            ":path",
            "/set",
            ":authority",
            "set.test",
            ":scheme",
            "http",
            "X-Upper",
            "1",
            "x-upper",
            "2",
            "x-forwarded-proto",
            "http",
          ])
        : setPairs(2, [":status", "201", "x-first", "1", "content-length", "0", "X-Second", "2"]);
  } else if (order == "set-malformed") {
    result = raw(map, 7, 0xff);
  } else if (order == "set-empty") {
    result = env.proxy_set_header_map_pairs(map, 0, 0);
  } else if (order == "set-many") {
    const many = new Array<string>();
    for (let i = 0; i < 1030; i++) (many.push("n" + i.toString()), many.push("v"));
    result = setPairs(map, many);
  } else if (order == "add") {
    result = addHeader(map, "X-Two", "c");
  } else if (order == "add-pseudo") {
    result = addHeader(map, ":authority", "added.test");
    log("second status " + addHeader(map, ":status", "299").toString());
  } else if (order == "add-cookie") {
    result = addHeader(map, "cookie", "c=3");
    log("set-cookie " + addHeader(map, "set-cookie", "d=4").toString());
  } else if (order == "add-length") {
    result = addHeader(map, "content-length", "7");
  } else if (order == "replace-repeated") {
    result = replaceHeader(map, "X-TWO", "only");
  } else if (order == "replace-path") {
    result = replaceHeader(map, ":path", "/replaced?x=1#y");
  } else if (order == "replace-host") {
    result = replaceHeader(map, "host", "host.test");
    log("authority is " + getHeader(map, ":authority") + ", host is " + getHeader(map, "host"));
    replaceHeader(map, ":authority", "authority.test");
  } else if (order == "replace-method") {
    result = replaceHeader(map, ":method", "DELETE");
  } else if (order == "replace-status") {
    result = replaceHeader(map, ":status", "418");
  } else if (order == "replace-status-empty") {
    result = replaceHeader(map, ":status", "");
  } else if (order == "replace-status-204") {
    result = replaceHeader(map, ":status", "204");
  } else if (order == "remove-repeated") {
    result = removeHeader(map, "X-TWO");
  } else if (order == "remove-method") {
    result = removeHeader(map, ":method");
  } else if (order == "remove-path") {
    result = removeHeader(map, ":path");
  } else if (order == "remove-authority") {
    result = removeHeader(map, ":authority");
  } else if (order == "remove-scheme") {
    result = removeHeader(map, ":scheme");
  } else if (order == "remove-proto") {
    result = removeHeader(map, "x-forwarded-proto");
  } else if (order == "remove-status") {
    result = removeHeader(map, ":status");
  } else if (order == "line-break") {
    result = addHeader(map, "x-bad", "a\r\nx-injected: 1");
  } else if (order == "line-break-name") {
    result = addHeader(map, "x-bad\r\nx-injected", "1");
  } else if (order == "nul") {
    result = addHeader(map, "x-nul", "a\0b");
  } else if (order == "control") {
    result = addHeader(map, "x-control", "a\x01b\x7f");
  } else if (order == "spaces") {
    result = addHeader(map, "x spaced", "  around  ");
  } else if (order == "empty-name") {
    result = addHeader(map, "", "nameless");
  } else if (order == "empty-value") {
    result = replaceHeader(map, "x-two", "");
  } else if (order == "unicode") {
    result = addHeader(map, "x-unicode", "grüße €");
  } else if (order == "upper") {
    result = replaceHeader(map, "X-NEW-Name", "MiXeD");
  } else if (order == "hop-by-hop") {
    result = addHeader(map, "connection", "x-two");
    addHeader(map, "keep-alive", "1");
    addHeader(map, "te", "trailers");
    addHeader(map, "upgrade", "h2c");
    addHeader(map, "proxy-connection", "keep-alive");
    addHeader(map, "transfer-encoding", "gzip");
  } else if (order == "envoy-own") {
    result = addHeader(map, "server", "mine");
    addHeader(map, "date", "yesterday");
    addHeader(map, "via", "1.1 me");
    addHeader(map, "x-envoy-upstream-service-time", "9");
    addHeader(map, "x-request-id", "mine");
    addHeader(map, "x-forwarded-for", "9.9.9.9");
  } else if (order == "large") {
    result = addHeader(map, "x-large", "l".repeat(20000));
  }
  log(order + " " + result.toString() + ", size " + mapSize(map) + ", then " + pairs(map));
}

function changeAll(map: i32): void {
  const orders = headerOrNull(map, "x-do");
  if (orders === null) return;
  const list = orders.split(" ");
  for (let i = 0; i < list.length; i++) change(map, list[i]);
}

export function proxy_on_request_headers(context: i32, count: i32, end: i32): i32 {
  enter();
  changeAll(0);
  return 0;
}

export function proxy_on_response_headers(context: i32, count: i32, end: i32): i32 {
  enter();
  log("count " + count.toString() + " end " + end.toString());
  changeAll(2);
  return 0;
}

export function proxy_on_log(context: i32): void {
  enter();
  log("request " + pairs(0) + ", response " + pairs(2) + ", details " + getProperty("response.code_details"));
}
