// The contexts of this VM: plugins (roots) and streams, by the host's ids.
//
// Ids only grow and a long-lived stream keeps its old one, so the table is a hash table with open addressing: the slot of an
// id is `id & mask` or the next free one behind it. Finding a context costs the same with one stream or ten thousand.

import { HttpFilter } from "../http-filter";
import { Plugin } from "../plugin";
import { Registration } from "./registry";

/** A plugin inside this VM. */
export class Root {
  /** Serves all streams, when the filter class has no fields. */
  readonly sharedFilter: HttpFilter | null;
  readonly plugin: Plugin;

  constructor(private registration: Registration) {
    this.plugin = registration.createPlugin();
    this.sharedFilter = registration.stateless ? registration.createFilter() : null;
  }

  filterForStream(): HttpFilter {
    const shared = this.sharedFilter;
    return shared !== null ? shared : this.registration.createFilter();
  }
}

const SMALLEST: i32 = 16;

let ids = new StaticArray<u32>(SMALLEST);
let roots = new StaticArray<Root | null>(SMALLEST);
let filters = new StaticArray<HttpFilter | null>(SMALLEST);
let used: i32 = 0;

/** The slot of a context; negative when the id is unknown. */
export function find(id: u32): i32 {
  const mask = ids.length - 1;
  for (let slot = <i32>id & mask; ids[slot] != 0; slot = (slot + 1) & mask) {
    if (ids[slot] == id) return slot;
  }
  return -1;
}

export function rootAt(slot: i32): Root {
  return roots[slot] as Root;
}

/** The filter of a stream. */
export function filterAt(slot: i32): HttpFilter {
  return filters[slot] as HttpFilter;
}

/** Whether the context is a stream, not a root. */
export function isStream(slot: i32): bool {
  return filters[slot] !== null;
}

/** Remembers a root (`filter` null) or a stream. Ids are never 0. */
export function add(id: u32, root: Root, filter: HttpFilter | null): void {
  // At most half full, so that runs of taken slots stay short.
  if (++used * 2 > ids.length) grow();
  put(id, root, filter);
}

/** Forgets a context. */
export function remove(id: u32): void {
  let hole = find(id);
  if (hole < 0) return;
  --used;
  // Close the gap: what was pushed behind the removed id moves up, so that `find` needs no markers.
  const mask = ids.length - 1;
  for (let slot = (hole + 1) & mask; ids[slot] != 0; slot = (slot + 1) & mask) {
    const home = <i32>ids[slot] & mask;
    if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
    ids[hole] = ids[slot];
    roots[hole] = roots[slot];
    filters[hole] = filters[slot];
    hole = slot;
  }
  ids[hole] = 0;
  roots[hole] = null;
  filters[hole] = null;
}

function put(id: u32, root: Root | null, filter: HttpFilter | null): void {
  const mask = ids.length - 1;
  let slot = <i32>id & mask;
  while (ids[slot] != 0) slot = (slot + 1) & mask;
  ids[slot] = id;
  roots[slot] = root;
  filters[slot] = filter;
}

function grow(): void {
  const oldIds = ids;
  const oldRoots = roots;
  const oldFilters = filters;
  const size = oldIds.length * 2;
  ids = new StaticArray<u32>(size);
  roots = new StaticArray<Root | null>(size);
  filters = new StaticArray<HttpFilter | null>(size);
  for (let slot = 0; slot < oldIds.length; ++slot) {
    if (oldIds[slot] != 0) put(oldIds[slot], oldRoots[slot], oldFilters[slot]);
  }
}
