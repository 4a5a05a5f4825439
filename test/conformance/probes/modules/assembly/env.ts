// Wrong on purpose.
export declare function proxy_clear_route_cache(): i32;
export declare function proxy_log(level: i32, text: usize): i32;
