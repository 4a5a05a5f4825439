import { expect, test } from "vitest";
import { formatSignature } from "../module/wasm-module.js";
import { findHostFunction, hostFunctions } from "./host-functions.js";

// abi.md, appendix A: parameters by letter, all results one i32.
const appendixA = `
  proxy_log iii, proxy_get_log_level i, proxy_get_status iii, proxy_done -, proxy_set_property iiii,
  proxy_get_property iiii, proxy_set_effective_context i, proxy_call_foreign_function iiiiii, proxy_continue_stream i,
  proxy_close_stream i, proxy_send_local_response iiiiiiii, proxy_set_tick_period_milliseconds i,
  proxy_get_current_time_nanoseconds i, proxy_get_buffer_status iii, proxy_get_buffer_bytes iiiii,
  proxy_set_buffer_bytes iiiii, proxy_get_header_map_value iiiii, proxy_add_header_map_value iiiii,
  proxy_replace_header_map_value iiiii, proxy_remove_header_map_value iii, proxy_get_header_map_pairs iii,
  proxy_set_header_map_pairs iii, proxy_get_header_map_size ii, proxy_http_call iiiiiiiiii,
  proxy_grpc_call iiiiiiiiiiii, proxy_grpc_stream iiiiiiiii, proxy_grpc_send iiii, proxy_grpc_close i,
  proxy_grpc_cancel i, proxy_get_shared_data iiiii, proxy_set_shared_data iiiii, proxy_register_shared_queue iii,
  proxy_resolve_shared_queue iiiii, proxy_enqueue_shared_queue iii, proxy_dequeue_shared_queue iii,
  proxy_define_metric iiii, proxy_increment_metric il, proxy_record_metric il, proxy_get_metric ii,
  envoy_resolve_dns iii, pthread_equal ii`
  .split(",")
  .map((row) => row.trim().split(" ") as [string, string]);

test.each(appendixA)("env.%s takes %s", (name, letters) => {
  const params = [...letters.replace("-", "")].map((letter) => (letter === "l" ? "i64" : "i32")).join(" ");
  const row = findHostFunction("env", name, "0.2.1");
  expect(row === null ? null : formatSignature(row.signature)).toBe(`${params || "void"} -> i32`);
});

test("the table has nothing else for 0.2.1", () => {
  const names = hostFunctions.filter(
    ({ module, versions }) => module === "env" && versions.includes("0.2.1"),
  );
  expect(names.map(({ name }) => name).toSorted()).toEqual(
    [...appendixA.map(([name]) => name), "emscripten_notify_memory_growth"].toSorted(),
  );
});

test("what one version alone has", () => {
  expect(findHostFunction("env", "proxy_get_log_level", "0.2.0")).toBeNull();
  expect(findHostFunction("env", "proxy_continue_stream", "0.1.0")).toBeNull();
  expect(findHostFunction("env", "proxy_clear_route_cache", "0.2.1")).toBeNull();
  expect(findHostFunction("env", "proxy_clear_route_cache", "0.1.0")).not.toBeNull();
  expect(findHostFunction("wasi_unstable", "fd_write", "0.2.1")).not.toBeNull();
});
