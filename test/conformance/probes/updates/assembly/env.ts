export declare function proxy_set_tick_period_milliseconds(period: i32): i32;
