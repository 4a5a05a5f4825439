// The host functions of ABI 0.2.1 (abi.md appendix A). asc imports a `declare function` of a file named `env`
// from the module `env`; those that nothing calls leave no import behind. All answer with a `Status`.

// Logging, time, status (abi.md 5.1)
export declare function proxy_log(level: u32, text: usize, size: usize): u32;
export declare function proxy_get_log_level(level: usize): u32;
export declare function proxy_get_current_time_nanoseconds(time: usize): u32;
export declare function proxy_get_status(code: usize, text: usize, textSize: usize): u32;

// Contexts and streams (abi.md 5.3, 5.4)
export declare function proxy_set_effective_context(id: u32): u32;
export declare function proxy_done(): u32;
export declare function proxy_continue_stream(stream: u32): u32;
export declare function proxy_close_stream(stream: u32): u32;
export declare function proxy_send_local_response(
  status: u32,
  details: usize,
  detailsSize: usize,
  body: usize,
  bodySize: usize,
  headers: usize,
  headersSize: usize,
  grpcStatus: i32,
): u32;

// Header maps (abi.md 5.6)
export declare function proxy_get_header_map_pairs(map: u32, pairs: usize, pairsSize: usize): u32;
export declare function proxy_set_header_map_pairs(map: u32, pairs: usize, pairsSize: usize): u32;
export declare function proxy_get_header_map_size(map: u32, size: usize): u32;
export declare function proxy_get_header_map_value(
  map: u32,
  name: usize,
  nameSize: usize,
  value: usize,
  valueSize: usize,
): u32;
export declare function proxy_add_header_map_value(
  map: u32,
  name: usize,
  nameSize: usize,
  value: usize,
  valueSize: usize,
): u32;
export declare function proxy_replace_header_map_value(
  map: u32,
  name: usize,
  nameSize: usize,
  value: usize,
  valueSize: usize,
): u32;
export declare function proxy_remove_header_map_value(map: u32, name: usize, nameSize: usize): u32;

// Buffers (abi.md 5.7)
export declare function proxy_get_buffer_bytes(
  buffer: u32,
  start: usize,
  length: usize,
  data: usize,
  dataSize: usize,
): u32;
export declare function proxy_get_buffer_status(buffer: u32, length: usize, flags: usize): u32;
export declare function proxy_set_buffer_bytes(
  buffer: u32,
  start: usize,
  length: usize,
  data: usize,
  dataSize: usize,
): u32;

// Callouts (abi.md 5.8, 5.9)
export declare function proxy_http_call(
  cluster: usize,
  clusterSize: usize,
  headers: usize,
  headersSize: usize,
  body: usize,
  bodySize: usize,
  trailers: usize,
  trailersSize: usize,
  timeout: u32,
  token: usize,
): u32;
export declare function proxy_grpc_call(
  target: usize,
  targetSize: usize,
  service: usize,
  serviceSize: usize,
  method: usize,
  methodSize: usize,
  metadata: usize,
  metadataSize: usize,
  message: usize,
  messageSize: usize,
  timeout: u32,
  token: usize,
): u32;
export declare function proxy_grpc_stream(
  target: usize,
  targetSize: usize,
  service: usize,
  serviceSize: usize,
  method: usize,
  methodSize: usize,
  metadata: usize,
  metadataSize: usize,
  token: usize,
): u32;
export declare function proxy_grpc_send(
  token: u32,
  message: usize,
  messageSize: usize,
  endOfStream: u32,
): u32;
export declare function proxy_grpc_close(token: u32): u32;
export declare function proxy_grpc_cancel(token: u32): u32;

// Timers (abi.md 5.10)
export declare function proxy_set_tick_period_milliseconds(period: u32): u32;

// Shared data and queues (abi.md 7.2, 7.3)
export declare function proxy_get_shared_data(
  key: usize,
  keySize: usize,
  value: usize,
  valueSize: usize,
  version: usize,
): u32;
export declare function proxy_set_shared_data(
  key: usize,
  keySize: usize,
  value: usize,
  valueSize: usize,
  version: u32,
): u32;
export declare function proxy_register_shared_queue(name: usize, nameSize: usize, token: usize): u32;
export declare function proxy_resolve_shared_queue(
  vmId: usize,
  vmIdSize: usize,
  name: usize,
  nameSize: usize,
  token: usize,
): u32;
export declare function proxy_enqueue_shared_queue(token: u32, item: usize, itemSize: usize): u32;
export declare function proxy_dequeue_shared_queue(token: u32, item: usize, itemSize: usize): u32;

// Metrics (abi.md 7.6)
export declare function proxy_define_metric(type: u32, name: usize, nameSize: usize, id: usize): u32;
export declare function proxy_increment_metric(id: u32, offset: i64): u32;
export declare function proxy_record_metric(id: u32, value: i64): u32;
export declare function proxy_get_metric(id: u32, value: usize): u32;

// Properties and foreign functions (abi.md 5.14, 5.16)
export declare function proxy_get_property(path: usize, pathSize: usize, value: usize, valueSize: usize): u32;
export declare function proxy_set_property(path: usize, pathSize: usize, value: usize, valueSize: usize): u32;
export declare function proxy_call_foreign_function(
  name: usize,
  nameSize: usize,
  argument: usize,
  argumentSize: usize,
  result: usize,
  resultSize: usize,
): u32;
