// A value as the host serialises it (abi.md 6.1): what a property holds and what an expression gives. The
// bytes do not say their type; whoever reads them does, and what has another size is answered with
// `otherwise`.
//
//   string, bytes            as they are
//   integer, timestamp, …    8 bytes, little-endian
//   double                   8 bytes, little-endian
//   bool                     1 byte
//   map, list                pairs (abi/pairs.ts); a list has its elements in the place of the names

import * as pairs from "./pairs";
import * as result from "./result";
import { decode, encode, encodedSize } from "./text";

/** The current result as an integer. */
export function integer(otherwise: i64): i64 {
  return integerAt(result.address(), result.size(), otherwise);
}

/** The current result as a double. */
export function number(otherwise: f64): f64 {
  return numberAt(result.address(), result.size(), otherwise);
}

/** The current result as a bool. */
export function flag(otherwise: bool): bool {
  return flagAt(result.address(), result.size(), otherwise);
}

/** The elements of the current result, a list, as text. */
export function list(): string[] {
  return names(result.address(), result.size());
}

// Inside a map, whose bytes were copied. `find` comes first.

let address: usize = 0;
let size: usize = 0;

/** Finds the value under a key; then the functions below give it. False: there is none. */
export function find(map: Uint8Array, key: string): bool {
  const name = encode(key);
  return locate(map.dataStart, map.length, name, encodedSize);
}

/** The value that `find` found, as an integer. */
export function foundInteger(otherwise: i64): i64 {
  return integerAt(address, size, otherwise);
}

/** The value that `find` found, as a double. */
export function foundNumber(otherwise: f64): f64 {
  return numberAt(address, size, otherwise);
}

/** The value that `find` found, as a bool. */
export function foundFlag(otherwise: bool): bool {
  return flagAt(address, size, otherwise);
}

/** The value that `find` found, as text. */
export function foundText(): string {
  return decode(address, size);
}

/** A copy of the bytes that `find` found. */
export function foundBytes(): Uint8Array {
  return result.copy(address, size);
}

/** The elements of the list that `find` found, as text. */
export function foundList(): string[] {
  return names(address, size);
}

/** The keys of a map. */
export function keys(map: Uint8Array): string[] {
  return names(map.dataStart, map.length);
}

function integerAt(data: usize, size: usize, otherwise: i64): i64 {
  return size == 8 ? load<i64>(data) : otherwise;
}

function numberAt(data: usize, size: usize, otherwise: f64): f64 {
  return size == 8 ? load<f64>(data) : otherwise;
}

function flagAt(data: usize, size: usize, otherwise: bool): bool {
  return size == 1 ? load<u8>(data) != 0 : otherwise;
}

function names(data: usize, size: usize): string[] {
  const fields = pairs.read(data, size);
  const names: string[] = [];
  for (let i = 0; i < fields.length; i += 2) names.push(fields[i]);
  return names;
}

/**
 * Looks for a name in pairs that may be anything: no size is believed before it was compared with what is
 * there.
 */
function locate(data: usize, dataSize: usize, name: usize, nameSize: usize): bool {
  if (dataSize < 4) return false;
  const count = <usize>load<u32>(data);
  // A pair takes at least ten bytes.
  if (count > (dataSize - 4) / 10) return false;
  const end = data + dataSize;
  let sizes = data + 4;
  let at = sizes + (count << 3);
  for (let i: usize = 0; i < count; ++i) {
    const keySize = <usize>load<u32>(sizes);
    const valueSize = <usize>load<u32>(sizes + 4);
    sizes += 8;
    if (keySize >= end - at) return false;
    const value = at + keySize + 1;
    if (valueSize >= end - value) return false;
    if (keySize == nameSize && memory.compare(at, name, nameSize) == 0) {
      address = value;
      size = valueSize;
      return true;
    }
    at = value + valueSize + 1;
  }
  return false;
}
