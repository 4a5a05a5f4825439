// Dynamic metadata of the stream: what filters in front of this one have left, by namespace (a filter's name)
// and key. The values are of a protobuf `Struct`: text, number (always a double), bool, map, list. Absent is
// null or `otherwise`; a plugin's own callbacks have none.

import * as property from "../abi/property";
import { Status } from "../abi/status";
import { PropertyMap } from "./property-map";
import * as value from "./value";

/** A text; null when it is absent. The host sends no types: ask for the one you expect. */
export function text(namespace: string, key: string): string | null {
  return value.text(get(namespace, key));
}

/** A number, always a double. `otherwise`: it is absent, or has another size than a number. */
export function number(namespace: string, key: string, otherwise: f64 = NaN): f64 {
  return value.number(get(namespace, key), otherwise);
}

/** A bool. `otherwise`: it is absent, or has another size than a bool. */
export function flag(namespace: string, key: string, otherwise: bool = false): bool {
  return value.flag(get(namespace, key), otherwise);
}

/** A map; null when it is absent. */
export function map(namespace: string, key: string): PropertyMap | null {
  return value.map(get(namespace, key));
}

/** A list, its elements as text; null when it is absent. */
export function list(namespace: string, key: string): string[] | null {
  return value.list(get(namespace, key));
}

/** All keys and values of a namespace; null when it is absent. */
export function all(namespace: string): PropertyMap | null {
  return value.map(property.getMember("metadata\0filter_metadata", namespace));
}

function get(namespace: string, key: string): Status {
  return property.getNestedMember("metadata\0filter_metadata", namespace, key);
}
