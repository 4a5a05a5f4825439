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
  /** The local reply took the place of a response: no more callbacks of the response come. */
  ResponseReplaced = 16,
  /** It was closed. */
  Closed = 32,
  /** The request's body is being collected. */
  CollectingRequest = 64,
  CollectingResponse = 128,
  /** It is the collector that holds the request: the rest of the body must come before it may go on. */
  CollectorHoldsRequest = 256,
  CollectorHoldsResponse = 512,
  /** The request's body is collected to be read: it must keep its size. */
  RequestReadOnly = 1024,
  ResponseReadOnly = 2048,
  /** The request's headers are held with its body: `content-length` follows the body. */
  RequestHeadersHeld = 4096,
  ResponseHeadersHeld = 8192,
  /** A connection's upstream side was closed. */
  UpstreamClosed = 16384,
  /** What the host has called is the plugin itself, no stream. */
  Root = 32768,
  /** It is a TCP connection, no HTTP stream. */
  Connection = 65536,
}

const SMALLEST: i32 = 16;

/** The contexts of this VM by id. Ids are never 0. */
export class ContextTable {
  private ids: StaticArray<u32> = new StaticArray<u32>(SMALLEST);
  private states: StaticArray<u32> = new StaticArray<u32>(SMALLEST);
  /** The limits of the bodies that are being collected. */
  private limits: StaticArray<u32> = new StaticArray<u32>(SMALLEST);
  private owners: StaticArray<Context | null> = new StaticArray<Context | null>(SMALLEST);
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

  // A slot that `find` gave is inside: these are on the way of every callback.

  /** The filter or plugin that serves the context. */
  ownerAt(slot: i32): Context {
    return unchecked(this.owners[slot]) as Context;
  }

  stateAt(slot: i32): u32 {
    return unchecked(this.states[slot]);
  }

  has(slot: i32, state: State): bool {
    return (unchecked(this.states[slot]) & state) != 0;
  }

  set(slot: i32, state: u32): void {
    unchecked((this.states[slot] |= state));
  }

  clear(slot: i32, state: u32): void {
    unchecked((this.states[slot] &= ~state));
  }

  limitAt(slot: i32): u32 {
    return unchecked(this.limits[slot]);
  }

  setLimit(slot: i32, limit: u32): void {
    this.limits[slot] = limit;
  }

  /** Remembers a context. */
  add(id: u32, owner: Context, state: u32): void {
    // At most half full, so that runs of taken slots stay short.
    if (++this.used * 2 > this.ids.length) this.grow();
    this.put(id, state, 0, owner);
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
      hole = slot;
    }
    ids[hole] = 0;
    this.owners[hole] = null;
  }

  private put(id: u32, state: u32, limit: u32, owner: Context | null): void {
    const ids = this.ids;
    const mask = ids.length - 1;
    let slot = (<i32>id) & mask;
    while (ids[slot] != 0) slot = (slot + 1) & mask;
    ids[slot] = id;
    this.states[slot] = state;
    this.limits[slot] = limit;
    this.owners[slot] = owner;
  }

  private grow(): void {
    const ids = this.ids;
    const states = this.states;
    const limits = this.limits;
    const owners = this.owners;
    const size = ids.length * 2;
    this.ids = new StaticArray<u32>(size);
    this.states = new StaticArray<u32>(size);
    this.limits = new StaticArray<u32>(size);
    this.owners = new StaticArray<Context | null>(size);
    for (let slot = 0; slot < ids.length; ++slot) {
      if (ids[slot] != 0) this.put(ids[slot], states[slot], limits[slot], owners[slot]);
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
