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

/** The contexts of this VM by id. Ids are never 0. */
export class ContextTable {
  private ids: StaticArray<u32> = new StaticArray<u32>(SMALLEST);
  private roots: StaticArray<Root | null> = new StaticArray<Root | null>(SMALLEST);
  private filters: StaticArray<HttpFilter | null> = new StaticArray<HttpFilter | null>(SMALLEST);
  private used: i32 = 0;

  /** The slot of a context; negative when the id is unknown. */
  find(id: u32): i32 {
    const ids = this.ids;
    const mask = ids.length - 1;
    for (let slot = (<i32>id) & mask; ids[slot] != 0; slot = (slot + 1) & mask) {
      if (ids[slot] == id) return slot;
    }
    return -1;
  }

  rootAt(slot: i32): Root {
    return this.roots[slot] as Root;
  }

  /** The filter of a stream. */
  filterAt(slot: i32): HttpFilter {
    return this.filters[slot] as HttpFilter;
  }

  /** Whether the context is a stream, not a root. */
  isStream(slot: i32): bool {
    return this.filters[slot] !== null;
  }

  /** Remembers a root (`filter` null) or a stream. */
  add(id: u32, root: Root, filter: HttpFilter | null): void {
    // At most half full, so that runs of taken slots stay short.
    if (++this.used * 2 > this.ids.length) this.grow();
    this.put(id, root, filter);
  }

  /** Forgets a context. */
  remove(id: u32): void {
    let hole = this.find(id);
    if (hole < 0) return;
    --this.used;
    // Close the gap: what was pushed behind the removed id moves up, so that `find` needs no markers.
    const ids = this.ids;
    const mask = ids.length - 1;
    for (let slot = (hole + 1) & mask; ids[slot] != 0; slot = (slot + 1) & mask) {
      const home = (<i32>ids[slot]) & mask;
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
      ids[hole] = ids[slot];
      this.roots[hole] = this.roots[slot];
      this.filters[hole] = this.filters[slot];
      hole = slot;
    }
    ids[hole] = 0;
    this.roots[hole] = null;
    this.filters[hole] = null;
  }

  private put(id: u32, root: Root | null, filter: HttpFilter | null): void {
    const ids = this.ids;
    const mask = ids.length - 1;
    let slot = (<i32>id) & mask;
    while (ids[slot] != 0) slot = (slot + 1) & mask;
    ids[slot] = id;
    this.roots[slot] = root;
    this.filters[slot] = filter;
  }

  private grow(): void {
    const ids = this.ids;
    const roots = this.roots;
    const filters = this.filters;
    const size = ids.length * 2;
    this.ids = new StaticArray<u32>(size);
    this.roots = new StaticArray<Root | null>(size);
    this.filters = new StaticArray<HttpFilter | null>(size);
    for (let slot = 0; slot < ids.length; ++slot) {
      if (ids[slot] != 0) this.put(ids[slot], roots[slot], filters[slot]);
    }
  }
}

let table: ContextTable | null = null;

/** The table of this VM. Made at its first use: a program with `SHARED_INSTANCE` has none. */
export function contexts(): ContextTable {
  let made = table;
  if (made === null) table = made = new ContextTable();
  return made;
}
