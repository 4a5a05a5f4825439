// Host functions that no other probe imports, as appendices A and B of docs/abi.md have them.
@external("env", "proxy_http_call")
export declare function proxy_http_call(
  cluster: usize,
  clusterSize: i32,
  headers: usize,
  headersSize: i32,
  body: usize,
  bodySize: i32,
  trailers: usize,
  trailersSize: i32,
  timeout: i32,
  token: usize,
): i32;


@external("env", "proxy_grpc_call")
export declare function proxy_grpc_call(
  target: usize,
  targetSize: i32,
  service: usize,
  serviceSize: i32,
  method: usize,
  methodSize: i32,
  metadata: usize,
  metadataSize: i32,
  request: usize,
  requestSize: i32,
  timeout: i32,
  token: usize,
): i32;


@external("env", "proxy_grpc_stream")
export declare function proxy_grpc_stream(
  target: usize,
  targetSize: i32,
  service: usize,
  serviceSize: i32,
  method: usize,
  methodSize: i32,
  metadata: usize,
  metadataSize: i32,
  token: usize,
): i32;


@external("env", "proxy_grpc_send")
export declare function proxy_grpc_send(token: i32, message: usize, size: i32, end: i32): i32;


@external("env", "proxy_grpc_close")
export declare function proxy_grpc_close(token: i32): i32;


@external("env", "proxy_grpc_cancel")
export declare function proxy_grpc_cancel(token: i32): i32;


@external("env", "proxy_set_tick_period_milliseconds")
export declare function proxy_set_tick_period_milliseconds(period: i32): i32;


@external("env", "proxy_get_shared_data")
export declare function proxy_get_shared_data(
  key: usize,
  size: i32,
  out: usize,
  outSize: usize,
  cas: usize,
): i32;


@external("env", "proxy_set_shared_data")
export declare function proxy_set_shared_data(
  key: usize,
  size: i32,
  value: usize,
  valueSize: i32,
  cas: i32,
): i32;


@external("env", "proxy_register_shared_queue")
export declare function proxy_register_shared_queue(name: usize, size: i32, token: usize): i32;


@external("env", "proxy_resolve_shared_queue")
export declare function proxy_resolve_shared_queue(
  vmId: usize,
  vmIdSize: i32,
  name: usize,
  size: i32,
  token: usize,
): i32;


@external("env", "proxy_enqueue_shared_queue")
export declare function proxy_enqueue_shared_queue(token: i32, data: usize, size: i32): i32;


@external("env", "proxy_dequeue_shared_queue")
export declare function proxy_dequeue_shared_queue(token: i32, out: usize, size: usize): i32;


@external("env", "proxy_call_foreign_function")
export declare function proxy_call_foreign_function(
  name: usize,
  nameSize: i32,
  data: usize,
  size: i32,
  out: usize,
  outSize: usize,
): i32;


@external("env", "envoy_resolve_dns")
export declare function envoy_resolve_dns(name: usize, size: i32, token: usize): i32;


@external("env", "pthread_equal")
export declare function pthread_equal(one: i32, other: i32): i32;


@external("env", "emscripten_notify_memory_growth")
export declare function emscripten_notify_memory_growth(memory: i32): void;


@external("wasi_unstable", "fd_write")
export declare function fd_write(fd: i32, vectors: usize, count: i32, written: usize): i32;


@external("wasi_unstable", "fd_fdstat_get")
export declare function fd_fdstat_get(fd: i32, out: usize): i32;


@external("wasi_unstable", "environ_get")
export declare function environ_get(pointers: usize, text: usize): i32;


@external("wasi_unstable", "environ_sizes_get")
export declare function environ_sizes_get(count: usize, size: usize): i32;


@external("wasi_unstable", "args_get")
export declare function args_get(pointers: usize, text: usize): i32;


@external("wasi_unstable", "args_sizes_get")
export declare function args_sizes_get(count: usize, size: usize): i32;


@external("wasi_unstable", "clock_time_get")
export declare function clock_time_get(clock: i32, precision: i64, out: usize): i32;


@external("wasi_unstable", "clock_res_get")
export declare function clock_res_get(clock: i32, out: usize): i32;


@external("wasi_unstable", "random_get")
export declare function random_get(at: usize, size: i32): i32;


@external("wasi_unstable", "poll_oneoff")
export declare function poll_oneoff(events: usize, out: usize, count: i32, written: usize): i32;


@external("wasi_unstable", "fd_prestat_get")
export declare function fd_prestat_get(fd: i32, out: usize): i32;


@external("wasi_unstable", "fd_filestat_get")
export declare function fd_filestat_get(fd: i32, out: usize): i32;


@external("wasi_unstable", "fd_tell")
export declare function fd_tell(fd: i32, out: usize): i32;


@external("wasi_unstable", "fd_pwrite")
export declare function fd_pwrite(fd: i32, vectors: usize, count: i32, at: i64, written: usize): i32;
