export declare function proxy_grpc_call(
  target: usize,
  targetSize: i32,
  service: usize,
  serviceSize: i32,
  method: usize,
  methodSize: i32,
  metadata: usize,
  metadataSize: i32,
  message: usize,
  messageSize: i32,
  timeout: i32,
  token: usize,
): i32;
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
export declare function proxy_grpc_send(token: i32, message: usize, size: i32, end: i32): i32;
export declare function proxy_grpc_close(token: i32): i32;
export declare function proxy_grpc_cancel(token: i32): i32;
