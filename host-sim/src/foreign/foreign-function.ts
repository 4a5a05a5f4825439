import type { Answer } from "../abi/host-context.js";
import type { Status } from "../abi/enums.js";
import type { FilterStateObject } from "../http/stream-info.js";
import type { ByteString } from "../byte-string.js";
import type { Expressions } from "./expressions.js";

/** What a foreign function does to the context that calls it. */
export interface ForeignCaller {
  /** The prototypes that a root context declares for its streams; false when the name has one. */
  declareProperty(name: ByteString, prototype: PropertyPrototype): boolean;
  /** False without a stream. */
  setFilterState(key: ByteString, object: FilterStateObject): boolean;
  clearRouteCache(): void;
  getProperty(path: ByteString): Answer<Uint8Array>;
  /** Of the VM. */
  readonly expressions: Expressions;
}

/** Some functions act on the effective context, some on the one whose callback runs (abi.md 5.16). */
export interface ForeignCallers {
  readonly effective: ForeignCaller;
  readonly current: ForeignCaller;
}

/** How `proxy_set_property` makes the value of this name. */
export interface PropertyPrototype {
  readonly readOnly: boolean;
}

/** The status and what the function wrote. A function that wrote nothing at all is not the same as one that wrote zero bytes. */
export interface ForeignResult {
  readonly status: Status;
  readonly result: Uint8Array | null;
}

export type ForeignFunction = (args: Uint8Array, callers: ForeignCallers) => ForeignResult;

export function done(result: Uint8Array | null = null): ForeignResult {
  return { status: 0, result };
}

export function failed(status: Exclude<Status, 0>): ForeignResult {
  return { status, result: null };
}
