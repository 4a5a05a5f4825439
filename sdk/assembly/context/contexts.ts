// The contexts of this VM: plugins (roots) and streams, by the host's ids.
//
// Ids only grow and a long-lived stream keeps its old one, so the table is a hash table with open addressing: the slot of an
// id is `id & mask` or the next free one behind it. Finding a context costs the same with one stream or ten thousand.
// A filter without fields is one object for all its streams: what must be remembered of a stream stands in the slot.

import { Context } from "./context";

/** What is remembered of a stream: bits of a slot's state. */
export const enum State {
  /** A callback of the request has stopped it, and nothing has resumed it since. */
  RequestHeld = 1,
  /** The same for the response. */
  ResponseHeld = 2,
  /** The response's headers have gone on: the client has them, or will. */
  ResponseBegun = 4,
  /** A local reply was sent. */
  Answered = 8,
  /** It was closed. */
  Closed = 16,
  /** The request's body is being collected. */
  CollectingRequest = 32,
  /** The response's body is being collected. */
  CollectingResponse = 64,
  /** The request's body is collected to be read: it must keep its size. */
  RequestReadOnly = 128,
  ResponseReadOnly = 256,
  /** The request's headers are held with its body: `content-length` follows the body. */
  RequestHeadersHeld = 512,
  ResponseHeadersHeld = 1024,
  /** What the host has called is the plugin itself, no stream. */
  Root = 2048,
}

const SMALLEST: i32 = 16;

/** The contexts of this VM by id. Ids are never 0. */
export class ContextTable {
  private ids: StaticArray<u32> = new StaticArray<u32>(SMALLEST);
  private states: StaticArray<u32> = new StaticArray<u32>(SMALLEST);
  /** The limits of the bodies that are being collected. */
  private limits: StaticArray<u32> = new StaticArray<u32>(SMALLEST);
  private owners: StaticArray<Context | null> = new StaticArray<Context | null>(SMALLEST);
  private plugins: StaticArray<Context | null> = new StaticArray<Context | null>(SMALLEST);
  private used: i32 = 0;

  /** The slot of a context; negative when the id is unknown. */
  find(id: u32): i32 {
    const ids = this.ids;
    const mask = ids.length - 1;
    for (let slot = (<i32>id) & mask; unchecked(ids[slot]) != 0; slot = (slot + 1) & mask) {
      if (unchecked(ids[slot]) == id) return slot;
    }
    return -1;
  }

  /** The filter or plugin that serves the context. */
  ownerAt(slot: i32): Context {
    return this.owners[slot] as Context;
  }

  /** The plugin it belongs to; a plugin belongs to itself. */
  pluginAt(slot: i32): Context {
    return this.plugins[slot] as Context;
  }

  stateAt(slot: i32): u32 {
    return this.states[slot];
  }

  has(slot: i32, state: State): bool {
    return (this.states[slot] & state) != 0;
  }

  set(slot: i32, state: u32): void {
    this.states[slot] |= state;
  }

  clear(slot: i32, state: u32): void {
    this.states[slot] &= ~state;
  }

  limitAt(slot: i32): u32 {
    return this.limits[slot];
  }

  setLimit(slot: i32, limit: u32): void {
    this.limits[slot] = limit;
  }

  /** Remembers a context; a plugin with itself as `plugin`. */
  add(id: u32, owner: Context, plugin: Context, state: u32): void {
    // At most half full, so that runs of taken slots stay short.
    if (++this.used * 2 > this.ids.length) this.grow();
    this.put(id, state, 0, owner, plugin);
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
      this.states[hole] = this.states[slot];
      this.limits[hole] = this.limits[slot];
      this.owners[hole] = this.owners[slot];
      this.plugins[hole] = this.plugins[slot];
      hole = slot;
    }
    ids[hole] = 0;
    this.owners[hole] = null;
    this.plugins[hole] = null;
  }

  private put(id: u32, state: u32, limit: u32, owner: Context | null, plugin: Context | null): void {
    const ids = this.ids;
    const mask = ids.length - 1;
    let slot = (<i32>id) & mask;
    while (ids[slot] != 0) slot = (slot + 1) & mask;
    ids[slot] = id;
    this.states[slot] = state;
    this.limits[slot] = limit;
    this.owners[slot] = owner;
    this.plugins[slot] = plugin;
  }

  private grow(): void {
    const ids = this.ids;
    const states = this.states;
    const limits = this.limits;
    const owners = this.owners;
    const plugins = this.plugins;
    const size = ids.length * 2;
    this.ids = new StaticArray<u32>(size);
    this.states = new StaticArray<u32>(size);
    this.limits = new StaticArray<u32>(size);
    this.owners = new StaticArray<Context | null>(size);
    this.plugins = new StaticArray<Context | null>(size);
    for (let slot = 0; slot < ids.length; ++slot) {
      if (ids[slot] != 0) this.put(ids[slot], states[slot], limits[slot], owners[slot], plugins[slot]);
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
