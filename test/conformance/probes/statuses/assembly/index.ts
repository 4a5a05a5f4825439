// Every host function with every way to call it wrong, from a root and from a stream: the table of statuses (abi.md 5 to 7).
import * as env from "../../assembly/env";
import { bytes, encodePairs, enter, log } from "../../assembly/host";
import * as calls from "./calls";

export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: i32): usize {
  return heap.alloc(size);
}

/** No address of any memory. */
const BAD: usize = 0xfffffff0;
const OUT = memory.data(32);
/** The last four octets of the memory: enough for one word. */
function lastWord(): usize {
  return (memory.size() << 16) - 4;
}

let lines = "";

/** A status, and the out words that the call has written. */
function row(name: string, status: i32): void {
  let written = "";
  for (let at = 0; at < 16; at += 4) {
    const word = load<u32>(OUT + at);
    if (word != 0xffffffff) written += " " + (at / 4).toString() + "=" + word.toString();
  }
  lines += "\n" + name + " " + status.toString() + written;
  memory.fill(OUT, 0xff, 32);
}

function print(title: string): void {
  log(title + lines);
  lines = "";
}

function at(data: ArrayBuffer): usize {
  return changetype<usize>(data);
}

function logging(): void {
  const text = bytes("text");
  row("log 6", env.proxy_log(6, at(text), 4));
  row("log -1", env.proxy_log(-1, at(text), 4));
  row("log bad", env.proxy_log(2, BAD, 4));
  row("log to the end", env.proxy_log(2, lastWord(), 5));
  row("log 6 bad", env.proxy_log(6, BAD, 4));
  row("log_level bad", env.proxy_get_log_level(BAD));
  row("time bad", env.proxy_get_current_time_nanoseconds(BAD));
  row("time half", env.proxy_get_current_time_nanoseconds(lastWord()));
  row("status", env.proxy_get_status(OUT, OUT + 4, OUT + 8));
  row("status code bad", env.proxy_get_status(BAD, OUT + 4, OUT + 8));
  row("status text bad", env.proxy_get_status(OUT, BAD, OUT + 8));
  row("status size bad", env.proxy_get_status(OUT, OUT + 4, BAD));
  row("done", env.proxy_done());
  row("tick 0", calls.proxy_set_tick_period_milliseconds(0));
  print("logging");
}

function streams(own: i32): void {
  row("context 999", env.proxy_set_effective_context(999));
  row("context -1", env.proxy_set_effective_context(-1));
  row("context own", env.proxy_set_effective_context(own));
  row("context 0", env.proxy_set_effective_context(0));
  row("continue 2", env.proxy_continue_stream(2));
  row("continue 3", env.proxy_continue_stream(3));
  row("continue 4", env.proxy_continue_stream(4));
  row("continue -1", env.proxy_continue_stream(-1));
  row("close 4", env.proxy_close_stream(4));
  row("close -1", env.proxy_close_stream(-1));
  row("reply details bad", env.proxy_send_local_response(200, BAD, 1, 0, 0, 0, 0, -1));
  row("reply body bad", env.proxy_send_local_response(200, 0, 0, BAD, 1, 0, 0, -1));
  row("reply headers bad", env.proxy_send_local_response(200, 0, 0, 0, 0, BAD, 1, -1));
  print("streams");
}

function headers(): void {
  const key = bytes("x-key");
  const value = bytes("value");
  for (let map = -1; map < 9; map++) {
    const name = " " + map.toString();
    row("pairs" + name, env.proxy_get_header_map_pairs(map, OUT, OUT + 4));
    row("pairs out bad" + name, env.proxy_get_header_map_pairs(map, BAD, OUT + 4));
    row("pairs size bad" + name, env.proxy_get_header_map_pairs(map, OUT, BAD));
    row("get" + name, env.proxy_get_header_map_value(map, at(key), key.byteLength, OUT, OUT + 4));
    row("get key bad" + name, env.proxy_get_header_map_value(map, BAD, 4, OUT, OUT + 4));
    row("get nameless" + name, env.proxy_get_header_map_value(map, 0, 0, OUT, OUT + 4));
    row("add" + name, env.proxy_add_header_map_value(map, at(key), key.byteLength, at(value), 5));
    row("add key bad" + name, env.proxy_add_header_map_value(map, BAD, 4, at(value), 5));
    row("add value bad" + name, env.proxy_add_header_map_value(map, at(key), 5, BAD, 5));
    row("get out bad" + name, env.proxy_get_header_map_value(map, at(key), key.byteLength, BAD, OUT + 4));
    row("get size bad" + name, env.proxy_get_header_map_value(map, at(key), key.byteLength, OUT, BAD));
    row("replace" + name, env.proxy_replace_header_map_value(map, at(key), key.byteLength, at(value), 0));
    row("get empty" + name, env.proxy_get_header_map_value(map, at(key), key.byteLength, OUT, OUT + 4));
    row("replace key bad" + name, env.proxy_replace_header_map_value(map, BAD, 4, at(value), 5));
    row("replace value bad" + name, env.proxy_replace_header_map_value(map, at(key), 5, BAD, 5));
    row("size" + name, env.proxy_get_header_map_size(map, OUT));
    row("size bad" + name, env.proxy_get_header_map_size(map, BAD));
    row("remove bad" + name, env.proxy_remove_header_map_value(map, BAD, 4));
    row("remove" + name, env.proxy_remove_header_map_value(map, at(key), key.byteLength));
    row("remove absent" + name, env.proxy_remove_header_map_value(map, at(key), key.byteLength));
    row("set bad" + name, env.proxy_set_header_map_pairs(map, BAD, 8));
    print("headers" + name);
  }
}

function buffers(): void {
  const data = bytes("data");
  for (let buffer = -1; buffer < 10; buffer++) {
    const name = " " + buffer.toString();
    row("get" + name, env.proxy_get_buffer_bytes(buffer, 0, 2, OUT, OUT + 4));
    row("get all" + name, env.proxy_get_buffer_bytes(buffer, 1, -1, OUT, OUT + 4));
    row("get beyond" + name, env.proxy_get_buffer_bytes(buffer, 1000, 1, OUT, OUT + 4));
    row("get far beyond" + name, env.proxy_get_buffer_bytes(buffer, -1, -1, OUT, OUT + 4));
    row("get out bad" + name, env.proxy_get_buffer_bytes(buffer, 0, 2, BAD, OUT + 4));
    row("get size bad" + name, env.proxy_get_buffer_bytes(buffer, 0, 2, OUT, BAD));
    row("status" + name, env.proxy_get_buffer_status(buffer, OUT, OUT + 4));
    row("status size bad" + name, env.proxy_get_buffer_status(buffer, BAD, OUT + 4));
    row("status flags bad" + name, env.proxy_get_buffer_status(buffer, OUT, BAD));
    row("set" + name, env.proxy_set_buffer_bytes(buffer, 0, 1, at(data), 4));
    row("set bad" + name, env.proxy_set_buffer_bytes(buffer, 0, 1, BAD, 4));
    print("buffers" + name);
  }
}

function callouts(): void {
  const cluster = bytes("nobody");
  const own = bytes("upstream");
  const pairs = encodePairs([":method", "GET", ":path", "/", ":authority", "a"]);
  const some = encodePairs([":method", "GET", ":path", "/"]);
  const none: i32 = 0;
  row("http cluster bad", calls.proxy_http_call(BAD, 8, at(pairs), pairs.byteLength, 0, 0, 0, 0, 0, OUT));
  row("http headers bad", calls.proxy_http_call(at(own), 8, BAD, 8, 0, 0, 0, 0, 0, OUT));
  row("http body bad", calls.proxy_http_call(at(own), 8, at(pairs), pairs.byteLength, BAD, 8, 0, 0, 0, OUT));
  row(
    "http trailers bad",
    calls.proxy_http_call(at(own), 8, at(pairs), pairs.byteLength, 0, 0, BAD, 8, 0, OUT),
  );
  row("http token bad", calls.proxy_http_call(at(own), 8, at(pairs), pairs.byteLength, 0, 0, 0, 0, 0, BAD));
  row("http timeout -1", calls.proxy_http_call(at(own), 8, at(pairs), pairs.byteLength, 0, 0, 0, 0, -1, OUT));
  row("http unknown", calls.proxy_http_call(at(cluster), 6, at(pairs), pairs.byteLength, 0, 0, 0, 0, 0, OUT));
  row("http no authority", calls.proxy_http_call(at(own), 8, at(some), some.byteLength, 0, 0, 0, 0, 0, OUT));
  row(
    "http malformed",
    calls.proxy_http_call(at(own), 8, at(pairs), pairs.byteLength - 1, 0, 0, 0, 0, 0, OUT),
  );
  row("http without headers", calls.proxy_http_call(at(own), 8, 0, 0, 0, 0, 0, 0, 0, OUT));
  row("grpc target bad", calls.proxy_grpc_call(BAD, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, OUT));
  row("grpc service bad", calls.proxy_grpc_call(at(own), 8, BAD, 8, 0, 0, 0, 0, 0, 0, 0, OUT));
  row("grpc method bad", calls.proxy_grpc_call(at(own), 8, 0, 0, BAD, 8, 0, 0, 0, 0, 0, OUT));
  row("grpc metadata bad", calls.proxy_grpc_call(at(own), 8, 0, 0, 0, 0, BAD, 8, 0, 0, 0, OUT));
  row("grpc request bad", calls.proxy_grpc_call(at(own), 8, 0, 0, 0, 0, 0, 0, BAD, 8, 0, OUT));
  row("grpc unknown", calls.proxy_grpc_call(at(cluster), 6, at(own), 8, at(own), 8, 0, 0, 0, 0, 0, OUT));
  row("grpc stream target bad", calls.proxy_grpc_stream(BAD, 8, 0, 0, 0, 0, 0, 0, OUT));
  row("grpc stream service bad", calls.proxy_grpc_stream(at(own), 8, BAD, 8, 0, 0, 0, 0, OUT));
  row("grpc stream method bad", calls.proxy_grpc_stream(at(own), 8, 0, 0, BAD, 8, 0, 0, OUT));
  row("grpc stream metadata bad", calls.proxy_grpc_stream(at(own), 8, 0, 0, 0, 0, BAD, 8, OUT));
  row("grpc stream unknown", calls.proxy_grpc_stream(at(cluster), 6, at(own), 8, at(own), 8, 0, 0, OUT));
  for (let token = none; token < 12; token++) {
    const name = " " + token.toString();
    row("send" + name, calls.proxy_grpc_send(token, 0, 0, 0));
    row("send bad" + name, calls.proxy_grpc_send(token, BAD, 8, 0));
    row("close" + name, calls.proxy_grpc_close(token));
    row("cancel" + name, calls.proxy_grpc_cancel(token));
  }
  print("callouts");
}

function shared(): void {
  const key = bytes("statuses");
  row("data absent", calls.proxy_get_shared_data(at(key), 3, OUT, OUT + 4, OUT + 8));
  row("data key bad", calls.proxy_get_shared_data(BAD, 8, OUT, OUT + 4, OUT + 8));
  row("set", calls.proxy_set_shared_data(at(key), 8, at(key), 4, 0));
  row("set key bad", calls.proxy_set_shared_data(BAD, 8, at(key), 4, 0));
  row("set value bad", calls.proxy_set_shared_data(at(key), 8, BAD, 4, 0));
  row("set other number", calls.proxy_set_shared_data(at(key), 8, at(key), 4, -1));
  row("data out bad", calls.proxy_get_shared_data(at(key), 8, BAD, OUT + 4, OUT + 8));
  row("data size bad", calls.proxy_get_shared_data(at(key), 8, OUT, BAD, OUT + 8));
  row("data number bad", calls.proxy_get_shared_data(at(key), 8, OUT, OUT + 4, BAD));
  row("set empty", calls.proxy_set_shared_data(at(key), 8, 0, 0, 0));
  row("data empty", calls.proxy_get_shared_data(at(key), 8, OUT, OUT + 4, 0));
  print("shared data");
}

function queues(): void {
  const name = bytes("queue");
  row("resolve unknown", calls.proxy_resolve_shared_queue(0, 0, at(name), 3, OUT));
  row("register name bad", calls.proxy_register_shared_queue(BAD, 5, OUT));
  row("register out bad", calls.proxy_register_shared_queue(at(name), 5, BAD));
  row("register", calls.proxy_register_shared_queue(at(name), 5, OUT));
  row("register nameless", calls.proxy_register_shared_queue(0, 0, OUT));
  row("resolve vm bad", calls.proxy_resolve_shared_queue(BAD, 1, at(name), 5, OUT));
  row("resolve name bad", calls.proxy_resolve_shared_queue(0, 0, BAD, 5, OUT));
  row("resolve out bad", calls.proxy_resolve_shared_queue(0, 0, at(name), 5, BAD));
  row("resolve other vm", calls.proxy_resolve_shared_queue(at(name), 5, at(name), 5, OUT));
  row("resolve", calls.proxy_resolve_shared_queue(0, 0, at(name), 5, OUT));
  row("enqueue 0", calls.proxy_enqueue_shared_queue(0, at(name), 5));
  row("enqueue 99", calls.proxy_enqueue_shared_queue(99, at(name), 5));
  row("enqueue bad", calls.proxy_enqueue_shared_queue(1, BAD, 5));
  row("enqueue 99 bad", calls.proxy_enqueue_shared_queue(99, BAD, 5));
  row("dequeue 99", calls.proxy_dequeue_shared_queue(99, OUT, OUT + 4));
  row("dequeue empty", calls.proxy_dequeue_shared_queue(1, OUT, OUT + 4));
  print("queues");
}

/** What a bad address does to an item: in the worker alone, where the order of the threads does not show. */
function items(): void {
  const name = bytes("items");
  row("enqueue", calls.proxy_enqueue_shared_queue(1, at(name), 5));
  row("dequeue out bad", calls.proxy_dequeue_shared_queue(1, BAD, OUT + 4));
  row("dequeue after", calls.proxy_dequeue_shared_queue(1, OUT, OUT + 4));
  row("enqueue", calls.proxy_enqueue_shared_queue(1, at(name), 5));
  row("dequeue size bad", calls.proxy_dequeue_shared_queue(1, OUT, BAD));
  row("dequeue after", calls.proxy_dequeue_shared_queue(1, OUT, OUT + 4));
  row("enqueue empty", calls.proxy_enqueue_shared_queue(1, 0, 0));
  row("dequeue empty item", calls.proxy_dequeue_shared_queue(1, OUT, OUT + 4));
  print("items");
}

function metrics(): void {
  const name = bytes("statuses");
  row("define -1", env.proxy_define_metric(-1, at(name), 8, OUT));
  row("define 3 bad", env.proxy_define_metric(3, BAD, 8, OUT));
  row("define name bad", env.proxy_define_metric(0, BAD, 8, OUT));
  row("define out bad", env.proxy_define_metric(0, at(name), 8, BAD));
  row("define counter", env.proxy_define_metric(0, at(name), 8, OUT));
  row("define gauge", env.proxy_define_metric(1, at(name), 7, OUT));
  row("define histogram", env.proxy_define_metric(2, at(name), 6, OUT));
  for (let id = 0; id < 13; id++) {
    const which = " " + id.toString();
    row("increment by -1" + which, env.proxy_increment_metric(id, -1));
    row("increment by 0" + which, env.proxy_increment_metric(id, 0));
    row("increment" + which, env.proxy_increment_metric(id, 2));
    row("record" + which, env.proxy_record_metric(id, 1));
    row("get" + which, env.proxy_get_metric(id, OUT));
    row("get bad" + which, env.proxy_get_metric(id, BAD));
    row("get half" + which, env.proxy_get_metric(id, lastWord()));
  }
  row("increment by the least", env.proxy_increment_metric(8, i64.MIN_VALUE));
  row("increment by the most", env.proxy_increment_metric(8, i64.MAX_VALUE));
  print("metrics");
}

function properties(): void {
  const path = bytes("plugin_name");
  const unknown = bytes("nothing");
  row("get path bad", env.proxy_get_property(BAD, 8, OUT, OUT + 4));
  row("get out bad", env.proxy_get_property(at(path), 11, BAD, OUT + 4));
  row("get size bad", env.proxy_get_property(at(path), 11, OUT, BAD));
  row("get nothing", env.proxy_get_property(0, 0, OUT, OUT + 4));
  row("get unknown", env.proxy_get_property(at(unknown), 7, OUT, OUT + 4));
  row("get unknown bad", env.proxy_get_property(at(unknown), 7, BAD, OUT + 4));
  row("set path bad", env.proxy_set_property(BAD, 8, at(path), 4));
  row("set value bad", env.proxy_set_property(at(path), 11, BAD, 4));
  row("set nameless", env.proxy_set_property(0, 0, at(path), 4));
  print("properties");
}

function foreign(): void {
  const unknown = bytes("nothing");
  const compress = bytes("clear_route_cache");
  const expression = bytes("expr_evaluate");
  row("name bad", calls.proxy_call_foreign_function(BAD, 8, 0, 0, OUT, OUT + 4));
  row("data bad", calls.proxy_call_foreign_function(at(unknown), 7, BAD, 8, OUT, OUT + 4));
  row("unknown", calls.proxy_call_foreign_function(at(unknown), 7, 0, 0, OUT, OUT + 4));
  row("nothing", calls.proxy_call_foreign_function(at(compress), 17, 0, 0, OUT, OUT + 4));
  row("out bad", calls.proxy_call_foreign_function(at(compress), 17, 0, 0, BAD, OUT + 4));
  row("size bad", calls.proxy_call_foreign_function(at(compress), 17, 0, 0, OUT, BAD));
  row("out 0", calls.proxy_call_foreign_function(at(compress), 17, 0, 0, 0, 0));
  row("refused", calls.proxy_call_foreign_function(at(expression), 13, 0, 0, OUT, OUT + 4));
  print("foreign");
}

function system(): void {
  const text = bytes("line");
  store<u32>(OUT + 16, at(text));
  store<u32>(OUT + 20, 4);
  const written = calls.fd_write(1, OUT + 16, 1, BAD);
  row("fd_write written bad", written);
  row("fd_write vectors bad", calls.fd_write(1, BAD, 1, OUT));
  store<u32>(OUT + 16, BAD);
  store<u32>(OUT + 20, 4);
  const part = calls.fd_write(1, OUT + 16, 1, OUT);
  row("fd_write part bad", part);
  row("fd_write nothing", calls.fd_write(2, 0, 0, OUT));
  row("fd_write 0 bad", calls.fd_write(0, BAD, 1, BAD));
  row("fd_pwrite written bad", calls.fd_pwrite(1, 0, 0, 0, BAD));
  row("fd_fdstat_get bad", calls.fd_fdstat_get(1, BAD));
  row("fd_fdstat_get", calls.fd_fdstat_get(2, OUT));
  row("fd_fdstat_get 0 bad", calls.fd_fdstat_get(0, BAD));
  row("environ_sizes_get count bad", calls.environ_sizes_get(BAD, OUT));
  row("environ_sizes_get size bad", calls.environ_sizes_get(OUT, BAD));
  row("environ_get bad", calls.environ_get(BAD, BAD));
  row("args_sizes_get count bad", calls.args_sizes_get(BAD, OUT));
  row("args_sizes_get size bad", calls.args_sizes_get(OUT, BAD));
  row("args_get bad", calls.args_get(BAD, BAD));
  row("clock_time_get bad", calls.clock_time_get(0, 0, BAD));
  row("clock_time_get 9 bad", calls.clock_time_get(9, 0, BAD));
  row("clock_res_get bad", calls.clock_res_get(1, BAD));
  row("clock_res_get", calls.clock_res_get(1, OUT));
  row("random_get bad", calls.random_get(BAD, 16));
  row("random_get nothing", calls.random_get(0, 0));
  row("random_get 64 KiB", calls.random_get(heap.alloc(65536), 65536));
  row("random_get more", calls.random_get(0, 65537));
  row("poll_oneoff bad", calls.poll_oneoff(0, 0, 0, BAD));
  row("poll_oneoff", calls.poll_oneoff(BAD, BAD, 9, OUT));
  row("fd_prestat_get bad", calls.fd_prestat_get(1, BAD));
  row("fd_filestat_get bad", calls.fd_filestat_get(1, BAD));
  row("fd_tell", calls.fd_tell(2, OUT));
  row("fd_tell 0 bad", calls.fd_tell(0, BAD));
  row("fd_tell bad", calls.fd_tell(1, BAD));
  row("pthread_equal", calls.pthread_equal(1, 2) * 10 + calls.pthread_equal(3, 3));
  calls.emscripten_notify_memory_growth(0);
  row("resolve name bad", calls.envoy_resolve_dns(BAD, 8, OUT));
  row("resolve out bad", calls.envoy_resolve_dns(0, 0, BAD));
  row("resolve", calls.envoy_resolve_dns(at(bytes("127.0.0.1")), 9, OUT));
  print("system");
}

function everything(own: i32): void {
  memory.fill(OUT, 0xff, 32);
  logging();
  streams(own);
  headers();
  buffers();
  callouts();
  shared();
  properties();
  foreign();
  system();
}

export function proxy_on_configure(context: i32, size: i32): i32 {
  enter();
  everything(context);
  metrics();
  queues();
  return 1;
}

export function envoy_on_resolve_dns(root: i32, token: i32, size: i32): void {
  log("resolved " + token.toString() + " " + size.toString());
}

export function proxy_on_request_headers(context: i32, count: i32, end: i32): i32 {
  enter();
  everything(context);
  items();
  return 0;
}

export function proxy_on_request_body(context: i32, size: i32, end: i32): i32 {
  enter();
  memory.fill(OUT, 0xff, 32);
  buffers();
  return 0;
}

export function proxy_on_log(context: i32): void {
  enter();
  everything(context);
}
