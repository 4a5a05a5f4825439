// Metrics (abi.md 5.13, 7.6): one function a host call.

import { proxy_define_metric, proxy_get_metric, proxy_increment_metric, proxy_record_metric } from "./env";
import * as result from "./result";
import { Status } from "./status";
import { encode, encodedSize } from "./text";

/** Defines a metric; on success its id is the current `result.number()`. */
export function define(type: u32, name: string): Status {
  const data = encode(name);
  return proxy_define_metric(type, data, encodedSize, result.word);
}

/** Adds to a counter or gauge. */
export function increment(id: u32, offset: i64): Status {
  return proxy_increment_metric(id, offset);
}

/** Sets a gauge, or records into a histogram. On a counter the host adds instead. */
export function record(id: u32, value: u64): Status {
  return proxy_record_metric(id, value);
}

/** Reads a counter or gauge; on success it is the current `result.longNumber()`. */
export function get(id: u32): Status {
  return proxy_get_metric(id, result.word);
}
