// The plugin's own configuration in Envoy (abi.md 6.2), in every callback.

import * as property from "../abi/property";
import * as value from "./value";

/** `name` of the plugin's configuration. */
export function name(): string | null {
  return value.text(property.get("plugin_name"));
}

/** `root_id` of the plugin's configuration: which of the registered classes serves it. */
export function rootId(): string | null {
  return value.text(property.getRootId());
}

/** `vm_id` of the plugin's configuration: what shares data and queues. */
export function vmId(): string | null {
  return value.text(property.get("plugin_vm_id"));
}
