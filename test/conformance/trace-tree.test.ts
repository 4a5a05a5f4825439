import { expect, it } from "vitest";

import { traceTree } from "./trace-tree.js";

it("puts a return beside a call in which nothing happened, and below one in which something did", () => {
  const lines = [
    "[host->vm] proxy_on_request_headers(2, 6, 1)",
    "[vm->host] env.proxy_get_header_map_value(0, 1234, 10, 1024, 1028)",
    "[host->vm] malloc(12)",
    "[host<-vm] malloc return: 4096",
    "[vm<-host] env.proxy_get_header_map_value return: 0",
    "[host<-vm] proxy_on_request_headers return: 0",
    "[host->vm] proxy_on_delete(2)",
    "[host<-vm] proxy_on_delete return: void",
  ];
  expect(traceTree(lines)).toEqual([
    "proxy_on_request_headers(2, 6, 1)",
    "  proxy_get_header_map_value(0, 1234, 10, 1024, 1028)",
    "    malloc(12) = 4096",
    "    = 0",
    "  = 0",
    "proxy_on_delete(2) returned",
  ]);
});

it("shows a call that trapped without a return", () => {
  const lines = [
    "[vm->host] env.proxy_get_header_map_value(0, 1, 2, 3, 4)",
    "[host->vm] malloc(12)",
    "[vm<-host] env.proxy_get_header_map_value return: 6",
  ];
  expect(traceTree(lines)).toEqual(["proxy_get_header_map_value(0, 1, 2, 3, 4)", "  malloc(12)", "  = 6"]);
});

it("tells a missing return from an empty one", () => {
  const call = "[host->vm] proxy_on_log(2)";
  expect(traceTree([call])).not.toEqual(traceTree([call, "[host<-vm] proxy_on_log return: void"]));
});
