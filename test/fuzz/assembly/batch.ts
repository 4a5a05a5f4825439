// How inputs come in and results go out: many at once, since a call from JavaScript costs more than most parsers need.
//
//   input    { u32 size, bytes }…      in the order of the run
//   output   { u32 size, fields }…     one for each input, in which a field is { u32 size, bytes }, or ffffffff for nothing

// The abort handler, which the compiler looks up by its name.
import "as-proxy-wasm-sdk/assembly/abi/abort";

import { encodeBytes } from "as-proxy-wasm-sdk/assembly/abi/text";
import { reset } from "as-proxy-wasm-sdk/assembly/abi/arena";

let input = new Uint8Array(0);
let output = new Uint8Array(1 << 16);
let size = 0;

/** The input that is being looked at: after a trap, the one to blame. */
export let current: i32 = 0;

/** Makes room for a batch of `length` bytes and says where. */
export function prepare(length: i32): usize {
  if (input.length < length) input = new Uint8Array(length);
  return input.dataStart;
}

/** Where the output is; it moves when it grows. */
export function results(): usize {
  return output.dataStart;
}

/** How many damaged variants of each input are looked at instead of the input; their results are thrown away. */
let variants: i32 = 0;
let state: u32 = 1;
let variant = new Uint8Array(0);

/** From here on each input stands for `count` damaged variants of itself, made from `seed`; 0: for itself again. */
export function vary(count: i32, seed: u32): void {
  variants = count;
  state = seed | 1;
}

/** The variant that is being looked at: after a trap, the one to blame. */
export function variantStart(): usize {
  return variant.dataStart;
}

export function variantSize(): i32 {
  return variant.length;
}

/** Gives each input of the batch to `check`, which writes what it finds. The size of all output. */
export function each(count: i32, check: (input: Uint8Array) => void): i32 {
  size = 0;
  let at = 0;
  for (current = 0; current < count; ++current) {
    const length = <i32>load<u32>(input.dataStart + at);
    const bytes = input.slice(at + 4, at + 4 + length);
    for (let i = 0; i < variants; ++i) {
      variant = damaged(bytes);
      check(variant);
      size = 0;
      // What the host does between callbacks.
      reset();
    }
    if (variants == 0) {
      const start = size;
      room(4);
      size += 4;
      check(bytes);
      store<u32>(output.dataStart + start, size - start - 4);
      reset();
    }
    at += 4 + length;
  }
  return size;
}

/** A copy with one to three bits, bytes or pieces changed, removed, repeated or put in. */
function damaged(bytes: Uint8Array): Uint8Array {
  for (let rounds = 1 + random(3); rounds > 0; --rounds) {
    const length = bytes.length;
    const at = <i32>random(length + 1);
    const end = min(length, at + <i32>random(9));
    const kind = random(6);
    if (kind == 0 && at < length) {
      bytes = bytes.slice();
      const bit: u32 = 1 << random(8);
      bytes[at] = <u8>((<u32>bytes[at]) ^ bit);
    } else if (kind == 1) {
      bytes = joined(bytes.subarray(0, at), bytes.subarray(end));
    } else if (kind == 2) {
      bytes = joined(bytes.subarray(0, end), bytes.subarray(at));
    } else if (kind == 3) {
      const piece = new Uint8Array(1);
      piece[0] = <u8>random(256);
      bytes = joined(joined(bytes.subarray(0, at), piece), bytes.subarray(at));
    } else if (kind == 4 && length > 0) {
      // A piece from elsewhere in the same input.
      const from = <i32>random(length);
      const piece = bytes.subarray(from, min(length, from + <i32>random(9)));
      bytes = joined(joined(bytes.subarray(0, at), piece), bytes.subarray(at));
    } else {
      bytes = bytes.slice(0, at);
    }
  }
  return bytes;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

function random(below: u32): u32 {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return <u32>((<u64>state * below) >> 32);
}

/** Writes a field of a result. */
export function putBytes(bytes: Uint8Array): void {
  room(4 + bytes.length);
  store<u32>(output.dataStart + size, bytes.length);
  output.set(bytes, size + 4);
  size += 4 + bytes.length;
}

/** Writes a text as its octets. */
export function putText(text: string): void {
  putBytes(encodeBytes(text));
}

/** Writes that there is nothing. */
export function putNull(): void {
  room(4);
  store<u32>(output.dataStart + size, u32.MAX_VALUE);
  size += 4;
}

/** Writes a text, or that there is none. */
export function putOptional(text: string | null): void {
  if (text === null) putNull();
  else putText(text);
}

/** Writes a whole number in decimal. */
export function putInteger(value: i64): void {
  putText(`${value}`);
}

function room(length: i32): void {
  if (size + length <= output.length) return;
  const larger = new Uint8Array(max(output.length * 2, size + length));
  larger.set(output);
  output = larger;
}
