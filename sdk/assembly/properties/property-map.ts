import * as value from "../abi/value";

/**
 * A property that is a map: request or response headers, a namespace of metadata. It is a copy, good for as
 * long as you keep it.
 *
 * The host does not send the types of the values: ask for the one you expect. An absent key is answered with
 * null or `otherwise`, and so is a number or bool whose value has another size. Numbers in metadata are
 * doubles (protobuf `Struct`); `integer` is for counts and ids of Envoy's own.
 */
export class PropertyMap {
  /**
   * Takes the bytes of a map as the host serialises it (abi.md 3.5). Bytes that are no map read as an empty
   * one.
   */
  constructor(private readonly data: Uint8Array) {}

  /**
   * All keys, in no particular order; a header that is there twice is here once, its values joined with a
   * comma.
   */
  keys(): string[] {
    return value.keys(this.data);
  }

  /** Whether the key is there. */
  has(key: string): bool {
    return value.find(this.data, key);
  }

  /** The value of a key as text; null when it is absent. */
  text(key: string): string | null {
    return value.find(this.data, key) ? value.foundText() : null;
  }

  /** The value of a key as bytes; null when it is absent. */
  bytes(key: string): Uint8Array | null {
    return value.find(this.data, key) ? value.foundBytes() : null;
  }

  /** The value of a key as an integer. */
  integer(key: string, otherwise: i64 = -1): i64 {
    return value.find(this.data, key) ? value.foundInteger(otherwise) : otherwise;
  }

  /** The value of a key as a double. */
  number(key: string, otherwise: f64 = NaN): f64 {
    return value.find(this.data, key) ? value.foundNumber(otherwise) : otherwise;
  }

  /** The value of a key as a bool. */
  flag(key: string, otherwise: bool = false): bool {
    return value.find(this.data, key) ? value.foundFlag(otherwise) : otherwise;
  }

  /** The value of a key as a map of its own; null when it is absent. */
  map(key: string): PropertyMap | null {
    return value.find(this.data, key) ? new PropertyMap(value.foundBytes()) : null;
  }

  /** The value of a key as a list of texts; null when it is absent. */
  list(key: string): string[] | null {
    return value.find(this.data, key) ? value.foundList() : null;
  }
}
