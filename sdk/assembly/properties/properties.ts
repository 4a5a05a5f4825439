import * as property from "../abi/property";
import * as result from "../abi/result";
import { Status } from "../abi/status";

/**
 * The bytes of a property, encoded as abi.md 6.1 says; null when it does not exist here and now. The path is a list of
 * segments: `getProperty(["source", "address"])`. Properties made of request headers vanish when `onRequestHeaders` has
 * continued, and are back in `onLog`.
 */
export function getProperty(path: string[]): Uint8Array | null {
  return property.getPath(path) == Status.Ok ? result.bytes() : null;
}

/** The same as text, for properties that are strings. */
export function getPropertyText(path: string[]): string | null {
  return property.getPath(path) == Status.Ok ? result.text() : null;
}

/**
 * Stores a value with the stream, for other filters and the access log: `getProperty([name])` reads it back. False: there
 * is no stream here, or the name is declared read-only.
 */
export function setProperty(name: string, value: Uint8Array): bool {
  return property.set(name, value) == Status.Ok;
}
