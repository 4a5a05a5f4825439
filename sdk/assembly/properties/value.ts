// From what the host answered to what an author gets: null or a default for what is absent, and a note for
// lastFailure() when the host refused instead.

import * as result from "../abi/result";
import { Status } from "../abi/status";
import * as value from "../abi/value";
import { fail, Failure } from "../context/failure";
import { PropertyMap } from "./property-map";

/** The value that was just read, as text. */
export function text(status: Status): string | null {
  return present(status) ? result.text() : null;
}

/** The value that was just read, as it came. */
export function bytes(status: Status): Uint8Array | null {
  return present(status) ? result.bytes() : null;
}

/** The value that was just read, as an integer, a time or a duration. */
export function integer(status: Status, otherwise: i64): i64 {
  return present(status) ? value.integer(otherwise) : otherwise;
}

/** The value that was just read, as a double. */
export function number(status: Status, otherwise: f64): f64 {
  return present(status) ? value.number(otherwise) : otherwise;
}

/** The value that was just read, as a bool. */
export function flag(status: Status, otherwise: bool): bool {
  return present(status) ? value.flag(otherwise) : otherwise;
}

/** The value that was just read, as a map. */
export function map(status: Status): PropertyMap | null {
  return present(status) ? new PropertyMap(result.bytes()) : null;
}

/** The value that was just read, as a list of texts. */
export function list(status: Status): string[] | null {
  return present(status) ? value.list() : null;
}

function present(status: Status): bool {
  if (status == Status.Ok) return true;
  // What does not exist here and now is no failure.
  if (status != Status.NotFound) fail(Failure.Host, status);
  return false;
}
