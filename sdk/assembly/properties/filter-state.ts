// Filter state: objects that filters keep with a stream or its connection, by a key such as
// `envoy.network.upstream_server_name` or, for what `setProperty(name, …)` stored, `wasm.NAME`. Absent is
// null; a plugin's own callbacks have none.

import * as property from "../abi/property";
import { PropertyMap } from "./property-map";
import * as value from "./value";

/** An object as text; null when there is none under this key. */
export function text(key: string): string | null {
  return value.text(property.getMember("filter_state", key));
}

/** An object as bytes: its serialised form, or what `setProperty` stored. */
export function bytes(key: string): Uint8Array | null {
  return value.bytes(property.getMember("filter_state", key));
}

/** An object that has fields, by their names. */
export function map(key: string): PropertyMap | null {
  return value.map(property.getMember("filter_state", key));
}

/** An object of the connection to the upstream, as text. */
export function upstreamText(key: string): string | null {
  return value.text(property.getMember("upstream_filter_state", key));
}

/** An object of the connection to the upstream, as bytes. */
export function upstreamBytes(key: string): Uint8Array | null {
  return value.bytes(property.getMember("upstream_filter_state", key));
}
