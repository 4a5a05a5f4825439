import { answer, type Answer } from "../abi/host-context.js";
import { fromText, toBytes, type ByteString } from "../byte-string.js";
import type { PluginConfig } from "./plugin-config.js";

/** `node` of Envoy's bootstrap. */
export interface NodeIdentity {
  readonly id: string;
  readonly cluster: string;
}

/** Properties that resolve in every context, also in roots; null for any other path (abi.md 6.2). */
export function pluginProperty(
  segments: readonly ByteString[],
  plugin: PluginConfig,
  node: NodeIdentity,
): Answer<Uint8Array> | null {
  const text = (value: string) => answer(toBytes(fromText(value)));
  switch (segments.join(".")) {
    case "plugin_name":
      return text(plugin.name);
    case "plugin_root_id":
      return text(plugin.rootId);
    case "plugin_vm_id":
      return text(plugin.vmConfig.vmId);
    case "xds.node.id":
      return text(node.id);
    case "xds.node.cluster":
      return text(node.cluster);
    default:
      return null;
  }
}
