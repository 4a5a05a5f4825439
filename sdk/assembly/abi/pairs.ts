// The ABI's serialised map (abi.md 3.5):
//
//   u32 count │ count × { u32 name size, u32 value size } │ count × { name, 00, value, 00 }

import { reserve } from "./arena";
import { isFieldName, isFieldValue, isPseudo } from "./field";
import { decode, encodeTo } from "./text";

/** The host takes longer lists, and larger ones, for empty ones without saying so (abi.md 3.5). */
const MOST_PAIRS: usize = 1024;
const MOST_BYTES: usize = 1 << 20;

/** Size of the pairs that `write` put into the arena last. */
export let writtenSize: usize = 0;

/** Serialises names and values (at even and odd places) into the arena. 0: none, or more than a host reads. */
export function write(fields: string[]): usize {
  writtenSize = 0;
  const count = <usize>(fields.length >> 1);
  if (count == 0 || count > MOST_PAIRS) return 0;
  let most: usize = 4;
  for (let i = 0; i < fields.length; ++i) most += 5 + <usize>fields[i].length * 3;
  const start = reserve(most);
  if (!start) return 0;
  store<u32>(start, count);
  let sizes = start + 4;
  let data = sizes + (count << 3);
  for (let i = 0; i < (<i32>count) << 1; ++i) {
    const size = encodeTo(data, fields[i]);
    store<u32>(sizes, size);
    store<u8>(data + size, 0);
    sizes += 4;
    data += size + 1;
  }
  if (data - start > MOST_BYTES) return 0;
  writtenSize = data - start;
  return start;
}

/**
 * How many of the serialised pairs may stand in the fields of a message, pseudo headers not among them. Unsafe: `data` must be what `write`
 * gave.
 */
export function countFields(data: usize): usize {
  const count = <usize>load<u32>(data);
  let good: usize = 0;
  let sizes = data + 4;
  let at = sizes + (count << 3);
  for (const end = at; sizes < end; sizes += 8) {
    if (isField(sizes, at)) ++good;
    at += sizeOfPair(sizes);
  }
  return good;
}

/** Writes `count` pairs anew, those of the serialised pairs that `countFields` counted. 0: none, or no memory. Unsafe as that. */
export function keepFields(data: usize, count: usize): usize {
  const start = count > 0 ? reserve(writtenSize) : 0;
  writtenSize = 0;
  if (!start) return 0;
  store<u32>(start, count);
  let outSizes = start + 4;
  let out = outSizes + (count << 3);
  let sizes = data + 4;
  let at = sizes + ((<usize>load<u32>(data)) << 3);
  for (const end = at; sizes < end; sizes += 8) {
    const size = sizeOfPair(sizes);
    if (isField(sizes, at)) {
      store<u64>(outSizes, load<u64>(sizes));
      memory.copy(out, at, size);
      outSizes += 8;
      out += size;
    }
    at += size;
  }
  writtenSize = out - start;
  return start;
}

function sizeOfPair(sizes: usize): usize {
  return <usize>load<u32>(sizes) + <usize>load<u32>(sizes, 4) + 2;
}

function isField(sizes: usize, at: usize): bool {
  const nameSize = <usize>load<u32>(sizes);
  return (
    isFieldName(at, nameSize) &&
    !isPseudo(at) &&
    isFieldValue(at + nameSize + 1, <usize>load<u32>(sizes, 4), false)
  );
}

/** Serialises a list without fields. 0: no memory. */
export function writeNone(): usize {
  const start = reserve(4);
  if (start) store<u32>(start, 0);
  writtenSize = 4;
  return start;
}

/** The names and values (at even and odd places) of serialised pairs. What does not fit the layout is left out. */
export function read(data: usize, size: usize): string[] {
  const fields: string[] = [];
  if (size < 4) return fields;
  const count = <usize>load<u32>(data);
  const end = data + size;
  // A pair takes at least ten bytes.
  if (count > (size - 4) / 10) return fields;
  let sizes = data + 4;
  let at = sizes + (count << 3);
  for (let i: usize = 0; i < count << 1; ++i) {
    const length = <usize>load<u32>(sizes);
    if (at >= end || length > end - at - 1) return fields;
    fields.push(decode(at, length));
    sizes += 4;
    at += length + 1;
  }
  return fields;
}
