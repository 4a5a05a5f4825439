// The host functions of ABI 0.2.1 (abi.md appendix A). asc imports a `declare function` of a file named `env`
// from the module `env`; those that nothing calls leave no import behind. All answer with a `Status`.

export declare function proxy_log(level: u32, text: usize, size: usize): u32;
export declare function proxy_get_log_level(level: usize): u32;
export declare function proxy_get_current_time_nanoseconds(time: usize): u32;
export declare function proxy_set_tick_period_milliseconds(period: u32): u32;

export declare function proxy_get_property(path: usize, pathSize: usize, value: usize, valueSize: usize): u32;
export declare function proxy_set_property(path: usize, pathSize: usize, value: usize, valueSize: usize): u32;

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

export declare function proxy_get_header_map_pairs(map: u32, pairs: usize, pairsSize: usize): u32;
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

export declare function proxy_define_metric(type: u32, name: usize, nameSize: usize, id: usize): u32;
export declare function proxy_increment_metric(id: u32, offset: i64): u32;
export declare function proxy_record_metric(id: u32, value: i64): u32;
export declare function proxy_get_metric(id: u32, value: usize): u32;
