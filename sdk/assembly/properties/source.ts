// Where the client's connection comes from (abi.md 6.2): the peer as Envoy sees it, or what a trusted header
// says about it.

import * as property from "../abi/property";
import * as value from "./value";

/** Address and port: `192.0.2.1:50123`, `[2001:db8::1]:50123`. */
export function address(): string | null {
  return value.text(property.get("source\0address"));
}

/** The port. `otherwise`: there is none here and now. */
export function port(otherwise: i64 = -1): i64 {
  return value.integer(property.get("source\0port"), otherwise);
}
