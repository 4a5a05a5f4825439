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
