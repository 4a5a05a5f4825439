// Properties by their path, for what `properties` has no name for. A path is a list of segments:
// `getProperty(["source", "address"])`. Dots do not separate: "request.path" is one segment, which nothing is
// called.
//
// An absent property is null or `otherwise`, and no failure. A path that is empty, or has a segment that is
// empty or contains a NUL, names nothing and is absent. An object that has only parts (`request`, `xds`) is
// refused: absent too, and lastFailure() says SerializationFailure (abi.md 6.1).

import * as property from "../abi/property";
import { succeeded } from "../context/failure";
import { PropertyMap } from "./property-map";
import * as value from "./value";

/** The bytes of a property as the host sends them (abi.md 6.1); null when it does not exist here and now. */
export function getProperty(path: string[]): Uint8Array | null {
  return value.bytes(property.getPath(path));
}

/** A property as text; null when it does not exist here and now. An empty one is "". */
export function getPropertyText(path: string[]): string | null {
  return value.text(property.getPath(path));
}

/**
 * A property that is an integer, a time (nanoseconds since 1970) or a duration (nanoseconds). `otherwise`: it
 * does not exist here and now, or is no integer.
 */
export function getPropertyInteger(path: string[], otherwise: i64 = -1): i64 {
  return value.integer(property.getPath(path), otherwise);
}

/**
 * A property that is a double: a number in metadata is one. `otherwise`: it does not exist here and now, or
 * is no double.
 */
export function getPropertyNumber(path: string[], otherwise: f64 = NaN): f64 {
  return value.number(property.getPath(path), otherwise);
}

/** A property that is a bool. `otherwise`: it does not exist here and now, or is no bool. */
export function getPropertyFlag(path: string[], otherwise: bool = false): bool {
  return value.flag(property.getPath(path), otherwise);
}

/** A property that is a map; null when it does not exist here and now. */
export function getPropertyMap(path: string[]): PropertyMap | null {
  return value.map(property.getPath(path));
}

/** A property that is a list, its elements as text; null when it does not exist here and now. */
export function getPropertyList(path: string[]): string[] | null {
  return value.list(property.getPath(path));
}

/**
 * Stores bytes with the stream, for other filters and the access log (filter state `wasm.NAME`):
 * `getProperty([name])` reads them back, and so does `%FILTER_STATE(wasm.NAME)%`. The next write replaces
 * them. A name that Envoy has a property of (`request`) is stored and cannot be read back (abi.md 6.3).
 *
 * False: there is no stream here (a plugin's own callback), the name was declared read-only or of another
 * type (`declareProperty`), or it is empty or contains a NUL.
 */
export function setProperty(name: string, value: Uint8Array): bool {
  return succeeded(property.set(name, value));
}

/** Stores text with the stream; see `setProperty`. */
export function setPropertyText(name: string, value: string): bool {
  return succeeded(property.setText(name, value));
}
