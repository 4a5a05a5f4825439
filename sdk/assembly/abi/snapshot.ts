// Snapshots of header maps. One host call for all fields costs less than two for one field each, and more than one (by half a
// microsecond in Envoy, with eight headers). So a map of which the last callback read one field is asked for one field, and anything
// more is fetched at once (abi.md 3.5) and read in the guest from then on.
//
// A write goes to the host at once, which may change more than it was told (it lower-cases, it joins). So a name that was
// written is asked for at the host from then on; all others are still what they were. Which names were written is kept as one bit each
// of a 64-bit hash: a collision only costs a host call.
//
//   one entry a map:   u32 stamp │ u32 address │ u32 size │ u32 stamp of reads │ u64 written names │ u32 reads │ u32 –

import { proxy_get_header_map_pairs } from "./env";
import * as mosn from "./mosn";
import * as result from "./result";
import { Status } from "./status";
import { IS_MOSN } from "./target";

const ENTRY: usize = 32;
const ADDRESS: usize = 4;
const SIZE: usize = 8;
const READ_STAMP: usize = 12;
const WRITTEN: usize = 16;
/** How many single fields were read under the stamp of reads: 1, or 2 for more. */
const READS: usize = 24;

/** One for each map, and one for the number that no map has. */
const entries = memory.data(288, 8);

/** Which callback and context the snapshots belong to; those with another stamp are stale. */
let stamp: u32 = 1;

/** Makes all snapshots stale: another callback, or another context, has other maps. */
export function forgetSnapshots(): void {
  ++stamp;
}

/** The entry of a map whose fields are in the guest. 0: the host has no memory for them. */
function fetch(map: u32): usize {
  const entry = entries + <usize>map * ENTRY;
  if (load<u32>(entry) == stamp) return entry;
  return refetch(entry, map);
}

function refetch(entry: usize, map: u32): usize {
  if (IS_MOSN && !mosn.hasMap(map)) return 0;
  if (proxy_get_header_map_pairs(map, result.word, result.sizeWord) != Status.Ok) return 0;
  store<u32>(entry, stamp);
  store<u32>(entry, result.address(), ADDRESS);
  store<u32>(entry, result.size(), SIZE);
  store<u64>(entry, 0, WRITTEN);
  return entry;
}

/** Notes that a name was written. */
export function noteWritten(map: u32, name: string): void {
  const entry = entries + <usize>map * ENTRY;
  store<u64>(entry, load<u64>(entry, WRITTEN) | bitOf(name), WRITTEN);
}

/** Notes that any name may have been written. */
export function noteAllWritten(map: u32): void {
  store<u32>(entries + <usize>map * ENTRY, 0);
}

function bitOf(name: string): u64 {
  // The first letter and the length; of an empty name, what stands behind it.
  return (<u64>1) << (((load<u16>(changetype<usize>(name)) | 0x20) + name.length) & 63);
}

/** What a snapshot says of a name. */
export const enum Lookup {
  /** It is there; `foundAddress` and `foundSize` are its first value. */
  Found,
  /** The map has fields, and none of this name. */
  Absent,
  /** Ask the host: the name was written, or the map is empty or not available, or one field is cheaper than all. */
  AskHost,
}

/** The first value of the name that `lookup` found last. */
export let foundAddress: usize = 0;
export let foundSize: usize = 0;

/** Looks a name up, without regard to the case of ASCII letters. */
export function lookup(map: u32, name: string): Lookup {
  if (isOnlyRead(map)) return Lookup.AskHost;
  const entry = fetch(map);
  if (!entry || load<u32>(entry, SIZE) == 0 || (load<u64>(entry, WRITTEN) & bitOf(name)) != 0)
    return Lookup.AskHost;
  // The host wrote this block for us: its layout is trusted.
  const data = <usize>load<u32>(entry, ADDRESS);
  const count = <usize>load<u32>(data);
  let sizes = data + 4;
  let at = sizes + (count << 3);
  const end = at;
  const wanted = <u32>name.length;
  for (; sizes < end; sizes += 8) {
    const nameSize = load<u32>(sizes);
    const valueSize = load<u32>(sizes, 4);
    if (nameSize == wanted && isName(at, name)) {
      foundAddress = at + nameSize + 1;
      foundSize = valueSize;
      return Lookup.Found;
    }
    at += nameSize + valueSize + 2;
  }
  return Lookup.Absent;
}

/** Whether this is probably the only field that this callback reads of the map: the first, where the last callback read one. */
function isOnlyRead(map: u32): bool {
  const entry = entries + <usize>map * ENTRY;
  if (load<u32>(entry, READ_STAMP) == stamp) {
    store<u32>(entry, 2, READS);
    return false;
  }
  const few = load<u32>(entry, READS) < 2;
  store<u32>(entry, stamp, READ_STAMP);
  store<u32>(entry, 1, READS);
  return few;
}

/** Whether the bytes at `data`, as many as `name` has units, are this name; Envoy's names are in lower case. */
function isName(data: usize, name: string): bool {
  let source = changetype<usize>(name);
  const end = source + ((<usize>name.length) << 1);
  for (; source < end; source += 2, ++data) {
    let unit = <u32>load<u16>(source);
    if (unit - 0x41 < 26) unit |= 0x20;
    let byte = <u32>load<u8>(data);
    if (IS_MOSN && byte - 0x41 < 26) byte |= 0x20;
    if (unit != byte) return false;
  }
  return true;
}

/** Whether the snapshot shows the map as it is now; if so, `foundAddress` and `foundSize` are its pairs. */
export function current(map: u32): bool {
  let entry = fetch(map);
  if (entry && load<u64>(entry, WRITTEN) != 0) entry = refetch(entry, map);
  if (!entry) return false;
  foundAddress = load<u32>(entry, ADDRESS);
  foundSize = load<u32>(entry, SIZE);
  return true;
}
