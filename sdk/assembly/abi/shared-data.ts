// Shared data (abi.md 5.11, 7.2): values under keys, each with a version that every write changes.

import { reserve } from "./arena";
import { proxy_get_shared_data, proxy_set_shared_data } from "./env";
import * as result from "./result";
import { Status } from "./status";
import { decode, encode, encodedSize, encodeTo } from "./text";

/** Address of the word that receives a version: a read answers three words at once. */
const versionWord = memory.data(4, 4);
/** Address of a number on its way out. */
const numberWord = memory.data(8, 8);

/** An entry that expires begins with its time, 8 bytes, nanoseconds since 1970. */
const TIME_SIZE: usize = 8;

/** Reads a value; on success it is the current `result`, and its version is `version()`. */
export function get(key: string): Status {
  const data = encode(key);
  return proxy_get_shared_data(data, encodedSize, result.word, result.sizeWord, versionWord);
}

/** The version of the value read last; the host gives none the number 0. */
export function version(): u32 {
  return load<u32>(versionWord);
}

/**
 * Writes a value. `version` 0 writes always; another must be the stored one, or the key absent: else
 * CasMismatch.
 */
export function set(key: string, value: Uint8Array, version: u32): Status {
  const data = encode(key);
  return proxy_set_shared_data(data, encodedSize, value.dataStart, value.length, version);
}

/** The same with text. */
export function setText(key: string, value: string, version: u32): Status {
  const data = encode(key);
  const size = encodedSize;
  const text = encode(value);
  return proxy_set_shared_data(data, size, text, encodedSize, version);
}

// A number is 8 bytes, little-endian.

/** The number that the last `add` or `getNumber` that answered Ok has left. */
export let sum: i64 = 0;

/** Reads a number into `sum`. ParseFailure: the value is none. */
export function getNumber(key: string): Status {
  const status = get(key);
  if (status != Status.Ok) return status;
  if (result.size() != 8) return Status.ParseFailure;
  sum = load<i64>(result.address());
  return Status.Ok;
}

/** Writes a number, whatever is there. */
export function setNumber(key: string, value: i64): Status {
  const data = encode(key);
  store<i64>(numberWord, value);
  return proxy_set_shared_data(data, encodedSize, numberWord, 8, 0);
}

/**
 * Adds to a number, which begins at 0, and again while others write in between. `absent` is a version that no
 * value has. Answers CasMismatch after `attempts`, ParseFailure when the value is no number.
 */
export function add(key: string, by: i64, absent: u32, attempts: u32): Status {
  const data = encode(key);
  const size = encodedSize;
  for (; attempts > 0; --attempts) {
    let status: u32 = proxy_get_shared_data(data, size, result.word, result.sizeWord, versionWord);
    let expected = absent;
    sum = 0;
    if (status == Status.Ok) {
      if (result.size() != 8) return Status.ParseFailure;
      sum = load<i64>(result.address());
      expected = version();
    } else if (status != Status.NotFound) {
      return status;
    }
    sum += by;
    store<i64>(numberWord, sum);
    status = proxy_set_shared_data(data, size, numberWord, 8, expected);
    if (status != Status.CasMismatch) return status;
  }
  return Status.CasMismatch;
}

/** Writes a value in front of which stands the time when it expires. */
export function setExpiring(key: string, expiry: u64, value: Uint8Array): Status {
  const size = <usize>value.length;
  const entry = reserve(TIME_SIZE + size);
  if (!entry) return Status.InvalidMemoryAccess;
  memory.copy(entry + TIME_SIZE, value.dataStart, size);
  return setEntry(key, expiry, entry, TIME_SIZE + size);
}

/** The same with text. */
export function setExpiringText(key: string, expiry: u64, value: string): Status {
  const entry = reserve(TIME_SIZE + <usize>value.length * 3);
  if (!entry) return Status.InvalidMemoryAccess;
  return setEntry(key, expiry, entry, TIME_SIZE + encodeTo(entry + TIME_SIZE, value));
}

function setEntry(key: string, expiry: u64, entry: usize, size: usize): Status {
  store<u64>(entry, expiry);
  const data = encode(key);
  return proxy_set_shared_data(data, encodedSize, entry, size, 0);
}

/** The time when the value read last expires; 0, which is long ago, when it has none. */
export function expiry(): u64 {
  return result.size() < TIME_SIZE ? 0 : load<u64>(result.address());
}

/** What stands behind the time of the value read last, as bytes. Only after `expiry` was not 0. */
export function expiringBytes(): Uint8Array {
  return result.copy(result.address() + TIME_SIZE, result.size() - TIME_SIZE);
}

/** The same as text. */
export function expiringText(): string {
  return decode(result.address() + TIME_SIZE, result.size() - TIME_SIZE);
}
