// Where the client's connection goes to (abi.md 6.2): the listener's address, or the one that was redirected
// to it.

import * as property from "../abi/property";
import * as value from "./value";

/** Address and port: `192.0.2.2:443`. */
export function address(): string | null {
  return value.text(property.get("destination\0address"));
}

/** The port. `otherwise`: there is none here and now. */
export function port(otherwise: i64 = -1): i64 {
  return value.integer(property.get("destination\0port"), otherwise);
}
