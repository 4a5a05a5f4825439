// Every callback there is, each with a wrong signature: the order in which Envoy looks them up.
export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: i32): usize {
  return heap.alloc(size);
}

export function proxy_on_configure(): i64 {
  return 0;
}

export function proxy_on_context_create(): i64 {
  return 0;
}

export function proxy_on_delete(): i64 {
  return 0;
}

export function proxy_on_done(): i64 {
  return 0;
}

export function proxy_on_downstream_connection_close(): i64 {
  return 0;
}

export function proxy_on_downstream_data(): i64 {
  return 0;
}

export function proxy_on_foreign_function(): i64 {
  return 0;
}

export function proxy_on_grpc_close(): i64 {
  return 0;
}

export function proxy_on_grpc_receive(): i64 {
  return 0;
}

export function proxy_on_grpc_receive_initial_metadata(): i64 {
  return 0;
}

export function proxy_on_grpc_receive_trailing_metadata(): i64 {
  return 0;
}

export function proxy_on_http_call_response(): i64 {
  return 0;
}

export function proxy_on_log(): i64 {
  return 0;
}

export function proxy_on_new_connection(): i64 {
  return 0;
}

export function proxy_on_queue_ready(): i64 {
  return 0;
}

export function proxy_on_request_body(): i64 {
  return 0;
}

export function proxy_on_request_headers(): i64 {
  return 0;
}

export function proxy_on_request_metadata(): i64 {
  return 0;
}

export function proxy_on_request_trailers(): i64 {
  return 0;
}

export function proxy_on_response_body(): i64 {
  return 0;
}

export function proxy_on_response_headers(): i64 {
  return 0;
}

export function proxy_on_response_metadata(): i64 {
  return 0;
}

export function proxy_on_response_trailers(): i64 {
  return 0;
}

export function proxy_on_tick(): i64 {
  return 0;
}

export function proxy_on_upstream_connection_close(): i64 {
  return 0;
}

export function proxy_on_upstream_data(): i64 {
  return 0;
}

export function proxy_on_vm_start(): i64 {
  return 0;
}

export function proxy_validate_configuration(): i64 {
  return 0;
}

export function envoy_on_resolve_dns(): i64 {
  return 0;
}

export function envoy_on_stats_update(): i64 {
  return 0;
}

export function main(): i64 {
  return 0;
}

export function __main_void(): i64 {
  return 0;
}

export function _start(): i64 {
  return 0;
}
