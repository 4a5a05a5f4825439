// Header maps (abi.md 5.6, 8.1): one function a question, texts in, texts out.

import {
  proxy_add_header_map_value,
  proxy_get_header_map_size,
  proxy_get_header_map_value,
  proxy_remove_header_map_value,
  proxy_replace_header_map_value,
  proxy_set_header_map_pairs,
} from "./env";
import { isFieldName, isFieldValue, isPseudo, isPseudoValue } from "./field";
import * as mosn from "./mosn";
import * as pairs from "./pairs";
import * as result from "./result";
import * as snapshot from "./snapshot";
import { Status } from "./status";
import { IS_MOSN } from "./target";
import { decode, encode, encodedSize } from "./text";

/** What became of a write. */
export const enum Write {
  Done,
  /** The name is not a token. */
  BadName,
  /** The value has a control character. */
  BadValue,
  /** A pseudo header can't have this value, or not this way. */
  BadPseudo,
  /** More fields than the host reads. */
  TooMany,
  /** The host has no such map to write to now. */
  Unavailable,
}

/** Where the value is that `find` found. */
let address: usize = 0;
let size: usize = 0;

/** Finds the first value of a name; on success `text` and `bytes` give it. NotFound: absent. Else: no map to read now. */
export function find(map: u32, name: string): Status {
  const known = snapshot.lookup(map, name);
  if (known == snapshot.Lookup.Absent) return Status.NotFound;
  if (known == snapshot.Lookup.Found) {
    address = snapshot.foundAddress;
    size = snapshot.foundSize;
    return Status.Ok;
  }
  if (IS_MOSN && !mosn.hasMap(map)) return Status.BadArgument;
  const key = encode(name);
  const status = proxy_get_header_map_value(map, key, encodedSize, result.word, result.sizeWord);
  if (status == Status.Ok) {
    address = result.address();
    size = result.size();
  }
  return status;
}

/** The value found last, as text. */
export function text(): string {
  return decode(address, size);
}

/** A copy of the value found last. */
export function bytes(): Uint8Array {
  return result.copy(address, size);
}

/** Sets a name to one value, whatever it had. */
export function replaceValue(map: u32, name: string, value: string): Write {
  const key = encode(name);
  const keySize = encodedSize;
  const data = encode(value);
  return replace(map, name, key, keySize, data, encodedSize);
}

/** Sets a name to one value given as bytes. */
export function replaceBytes(map: u32, name: string, value: Uint8Array): Write {
  const key = encode(name);
  return replace(map, name, key, encodedSize, value.dataStart, value.length);
}

function replace(map: u32, name: string, key: usize, keySize: usize, data: usize, size: usize): Write {
  const problem = check(key, keySize, data, size);
  if (problem != Write.Done) return problem;
  if (IS_MOSN && !mosn.hasMap(map)) return Write.Unavailable;
  // MOSN refuses to replace by nothing, and its "add" replaces.
  if (IS_MOSN && size == 0) return written(map, name, proxy_add_header_map_value(map, key, keySize, data, 0));
  return written(map, name, proxy_replace_header_map_value(map, key, keySize, data, size));
}

/** Appends a field; fields of the same name stay. */
export function addValue(map: u32, name: string, value: string): Write {
  const key = encode(name);
  const keySize = encodedSize;
  const data = encode(value);
  return add(map, name, key, keySize, data, encodedSize);
}

/** Appends a field whose value is given as bytes. */
export function addBytes(map: u32, name: string, value: Uint8Array): Write {
  const key = encode(name);
  return add(map, name, key, encodedSize, value.dataStart, value.length);
}

function add(map: u32, name: string, key: usize, keySize: usize, data: usize, size: usize): Write {
  const problem = check(key, keySize, data, size);
  if (problem != Write.Done) return problem;
  if (IS_MOSN && !mosn.hasMap(map)) return Write.Unavailable;
  // The host would make one value of two.
  if (isPseudo(key)) return Write.BadPseudo;
  return written(map, name, proxy_add_header_map_value(map, key, keySize, data, size));
}

/** Removes all fields of a name; removing none is no failure. */
export function removeValue(map: u32, name: string): Write {
  const key = encode(name);
  const size = encodedSize;
  if (IS_MOSN && !mosn.hasMap(map)) return Write.Unavailable;
  // Without it the host finds no route, or answers 503.
  if (size > 0 && isPseudo(key)) return Write.BadPseudo;
  return written(map, name, proxy_remove_header_map_value(map, key, size));
}

function check(key: usize, keySize: usize, data: usize, size: usize): Write {
  if (!isFieldName(key, keySize)) return Write.BadName;
  const pseudo = isPseudo(key);
  if (isFieldValue(data, size, pseudo) && (!pseudo || isPseudoValue(key, data, size))) return Write.Done;
  return pseudo ? Write.BadPseudo : Write.BadValue;
}

/** Whether a field may be written; the host checks nothing. */
export function checkField(name: string, value: string): Write {
  const key = encode(name);
  const keySize = encodedSize;
  const data = encode(value);
  return check(key, keySize, data, encodedSize);
}

function written(map: u32, name: string, status: u32): Write {
  if (status != Status.Ok) return Write.Unavailable;
  snapshot.noteWritten(map, name);
  return Write.Done;
}

/** Puts these fields, names and values at even and odd places, in place of all there are; they must have been checked. */
export function replaceAll(map: u32, fields: string[]): Write {
  const data = fields.length == 0 ? pairs.writeNone() : pairs.write(fields);
  // Pairs that the host cannot read would leave the map empty, and say that all is well.
  if (!data) return Write.TooMany;
  if (proxy_set_header_map_pairs(map, data, pairs.writtenSize) != Status.Ok) return Write.Unavailable;
  snapshot.noteAllWritten(map);
  return Write.Done;
}

/** All fields, names and values at even and odd places; empty when the map is not available. */
export function fields(map: u32): string[] {
  if (!snapshot.current(map)) return [];
  return pairs.read(snapshot.foundAddress, snapshot.foundSize);
}

/** How many fields there are. */
export function count(map: u32): i32 {
  if (!snapshot.current(map) || snapshot.foundSize < 4) return 0;
  return load<i32>(snapshot.foundAddress);
}

/** Bytes of all names and values together; -1 when the map is not available or can't be changed. */
export function byteSize(map: u32): i32 {
  return proxy_get_header_map_size(map, result.word) == Status.Ok ? <i32>result.number() : -1;
}
