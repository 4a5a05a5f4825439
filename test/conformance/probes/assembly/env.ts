// The host functions of ABI 0.2.1 as they are (abi.md Appendix A): a file of this name imports from module "env".
export declare function proxy_log(level: i32, text: usize, size: i32): i32;
export declare function proxy_get_log_level(level: usize): i32;
export declare function proxy_get_current_time_nanoseconds(time: usize): i32;
export declare function proxy_get_status(code: usize, text: usize, size: usize): i32;
export declare function proxy_set_effective_context(context: i32): i32;
export declare function proxy_done(): i32;
export declare function proxy_continue_stream(type: i32): i32;
export declare function proxy_close_stream(type: i32): i32;
export declare function proxy_send_local_response(
  status: i32,
  details: usize,
  detailsSize: i32,
  body: usize,
  bodySize: i32,
  headers: usize,
  headersSize: i32,
  grpcStatus: i32,
): i32;
export declare function proxy_get_header_map_pairs(type: i32, data: usize, size: usize): i32;
export declare function proxy_set_header_map_pairs(type: i32, data: usize, size: i32): i32;
export declare function proxy_get_header_map_value(
  type: i32,
  key: usize,
  keySize: i32,
  data: usize,
  size: usize,
): i32;
export declare function proxy_add_header_map_value(
  type: i32,
  key: usize,
  keySize: i32,
  value: usize,
  size: i32,
): i32;
export declare function proxy_replace_header_map_value(
  type: i32,
  key: usize,
  keySize: i32,
  value: usize,
  size: i32,
): i32;
export declare function proxy_remove_header_map_value(type: i32, key: usize, keySize: i32): i32;
export declare function proxy_get_header_map_size(type: i32, size: usize): i32;
export declare function proxy_get_buffer_bytes(
  type: i32,
  start: i32,
  length: i32,
  data: usize,
  size: usize,
): i32;
export declare function proxy_get_buffer_status(type: i32, length: usize, flags: usize): i32;
export declare function proxy_set_buffer_bytes(
  type: i32,
  start: i32,
  length: i32,
  data: usize,
  size: i32,
): i32;
export declare function proxy_define_metric(type: i32, name: usize, size: i32, id: usize): i32;
export declare function proxy_increment_metric(id: i32, offset: i64): i32;
export declare function proxy_record_metric(id: i32, value: i64): i32;
export declare function proxy_get_metric(id: i32, value: usize): i32;
export declare function proxy_get_property(path: usize, pathSize: i32, data: usize, size: usize): i32;
export declare function proxy_set_property(path: usize, pathSize: i32, value: usize, size: i32): i32;
