import type { JsonObject } from "@bufbuild/protobuf";
import { Status } from "../abi/enums.js";
import { refuse, type Answer } from "../abi/host-context.js";
import type { ByteString } from "../byte-string.js";
import { UnmodelledPropertyError } from "../errors.js";
import type { PluginConfig } from "./plugin-config.js";
import { select, serialized, structValue, text, textMessage, type PropertyValue } from "./property-value.js";

/** `node` of Envoy's bootstrap. */
export interface NodeIdentity {
  readonly id: string;
  readonly cluster: string;
  /** A protobuf Struct. Default: empty. */
  readonly metadata?: JsonObject;
  readonly locality?: { readonly region?: string; readonly zone?: string; readonly subZone?: string };
}

/** Properties that resolve in every context, also in roots; null for any other path (abi.md 6.2). */
export function pluginProperty(
  segments: readonly ByteString[],
  plugin: PluginConfig,
  node: NodeIdentity,
): Answer<Uint8Array> | null {
  const [object, ...rest] = segments;
  switch (object) {
    case "plugin_name":
      return serialized(select(text(plugin.name), rest));
    case "plugin_root_id":
      return serialized(select(text(plugin.rootId), rest));
    case "plugin_vm_id":
      return serialized(select(text(plugin.vmConfig.vmId), rest));
    case "xds":
      if (rest.length === 0) return refuse(Status.SerializationFailure);
      return rest[0] === "node" ? nodeProperty(rest.slice(1), node) : null;
    default:
      return null;
  }
}

function nodeProperty([name, ...rest]: readonly ByteString[], node: NodeIdentity): Answer<Uint8Array> {
  // Both hold the list of everything that is built into the real one.
  if (name === undefined || name === "extensions")
    throw new UnmodelledPropertyError(name === undefined ? "xds.node" : "xds.node.extensions");
  return serialized(select(nodeField(name, node), rest));
}

function nodeField(
  name: ByteString,
  { id, cluster, metadata, locality }: NodeIdentity,
): PropertyValue | null {
  switch (name) {
    case "id":
      return text(id);
    case "cluster":
      return text(cluster);
    case "metadata":
      return structValue(metadata ?? {});
    case "locality":
      return textMessage({
        region: [1, locality?.region ?? ""],
        zone: [2, locality?.zone ?? ""],
        sub_zone: [3, locality?.subZone ?? ""],
      });
    case "user_agent_name":
      return text("envoy");
    case "user_agent_version":
      return text("");
    default:
      return null;
  }
}
