// Header maps (abi.md 5.6, 8.1): one function a host call, texts in, texts out.

import {
  proxy_add_header_map_value,
  proxy_get_header_map_pairs,
  proxy_get_header_map_value,
  proxy_remove_header_map_value,
  proxy_replace_header_map_value,
} from "./env";
import * as result from "./result";
import { Status } from "./status";
import { encode, encodedSize } from "./text";

/** Reads the first value of a name; on success it is the current `result`. */
export function getValue(map: u32, name: string): Status {
  const key = encode(name);
  return proxy_get_header_map_value(map, key, encodedSize, result.word, result.sizeWord);
}

/** Sets a name to one value, whatever it had. */
export function replaceValue(map: u32, name: string, value: string): Status {
  const key = encode(name);
  const keySize = encodedSize;
  const data = encode(value);
  return proxy_replace_header_map_value(map, key, keySize, data, encodedSize);
}

/** Sets a name to one value given as bytes. */
export function replaceBytes(map: u32, name: string, value: Uint8Array): Status {
  const key = encode(name);
  return proxy_replace_header_map_value(map, key, encodedSize, value.dataStart, value.length);
}

/** Appends a field; fields of the same name stay. */
export function addValue(map: u32, name: string, value: string): Status {
  const key = encode(name);
  const keySize = encodedSize;
  const data = encode(value);
  return proxy_add_header_map_value(map, key, keySize, data, encodedSize);
}

/** Removes all fields of a name; removing none is no failure. */
export function removeValue(map: u32, name: string): Status {
  const key = encode(name);
  return proxy_remove_header_map_value(map, key, encodedSize);
}

/** Reads all fields in the layout of `pairs`; an unavailable map reads as empty. */
export function getPairs(map: u32): Status {
  return proxy_get_header_map_pairs(map, result.word, result.sizeWord);
}
