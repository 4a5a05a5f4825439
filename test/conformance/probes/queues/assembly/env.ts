export declare function proxy_register_shared_queue(name: usize, size: i32, token: usize): i32;
export declare function proxy_resolve_shared_queue(
  vm: usize,
  vmSize: i32,
  name: usize,
  size: i32,
  token: usize,
): i32;
export declare function proxy_enqueue_shared_queue(token: i32, data: usize, size: i32): i32;
export declare function proxy_dequeue_shared_queue(token: i32, data: usize, size: usize): i32;
export declare function proxy_get_shared_data(
  key: usize,
  keySize: i32,
  data: usize,
  size: usize,
  number: usize,
): i32;
export declare function proxy_set_shared_data(
  key: usize,
  keySize: i32,
  data: usize,
  size: i32,
  number: i32,
): i32;
