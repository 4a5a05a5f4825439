// What the control plane configured around a stream (abi.md 6.2). Envoys before 1.26 or so know some of it by
// older names at the top level (`cluster_name`, `node`), Envoy 1.40 knows only the names under `xds`: the
// older one is asked for when the newer does not exist.
//
// The node exists in every callback, a plugin's own included; the rest belongs to a stream, the cluster once
// it is routed.

import * as property from "../abi/property";
import { Status } from "../abi/status";
import * as value from "./value";

/** Which side of a sidecar a listener serves. */
export enum ListenerDirection {
  /** The configuration does not say. */
  Unspecified = 0,
  /** It takes the requests to the workload. */
  Inbound = 1,
  /** It takes the requests of the workload. */
  Outbound = 2,
}

/** The id of this Envoy: `--service-node` or `node.id` of its bootstrap. */
export function nodeId(): string | null {
  return value.text(either("xds\0node\0id", "node\0id"));
}

/** The cluster this Envoy belongs to: `--service-cluster` or `node.cluster` of its bootstrap. */
export function nodeCluster(): string | null {
  return value.text(either("xds\0node\0cluster", "node\0cluster"));
}

/**
 * A text in the metadata of the node. For other types: `getPropertyNumber(["xds", "node", "metadata", key])`.
 */
export function nodeMetadata(key: string): string | null {
  const status = property.getMember("xds\0node\0metadata", key);
  return value.text(status == Status.NotFound ? property.getMember("node\0metadata", key) : status);
}

/** The cluster that the route chose. */
export function clusterName(): string | null {
  return value.text(either("xds\0cluster_name", "cluster_name"));
}

/** A text in the metadata of the cluster, under `filter_metadata`. */
export function clusterMetadata(namespace: string, key: string): string | null {
  return metadata(
    "xds\0cluster_metadata\0filter_metadata",
    "cluster_metadata\0filter_metadata",
    namespace,
    key,
  );
}

/** The name of the route; "" when it has none. */
export function routeName(): string | null {
  return value.text(either("xds\0route_name", "route_name"));
}

/** A text in the metadata of the route, under `filter_metadata`. */
export function routeMetadata(namespace: string, key: string): string | null {
  return metadata("xds\0route_metadata\0filter_metadata", "route_metadata\0filter_metadata", namespace, key);
}

/** The name of the virtual host. */
export function virtualHostName(): string | null {
  return value.text(property.get("xds\0virtual_host_name"));
}

/** A text in the metadata of the virtual host, under `filter_metadata`. */
export function virtualHostMetadata(namespace: string, key: string): string | null {
  return value.text(property.getNestedMember("xds\0virtual_host_metadata\0filter_metadata", namespace, key));
}

/** Which side the listener serves. `Unspecified` also when there is no stream. */
export function listenerDirection(): ListenerDirection {
  const direction = value.integer(either("xds\0listener_direction", "listener_direction"), 0);
  if (direction == 1) return ListenerDirection.Inbound;
  if (direction == 2) return ListenerDirection.Outbound;
  return ListenerDirection.Unspecified;
}

/** A text in the metadata of the listener, under `filter_metadata`. */
export function listenerMetadata(namespace: string, key: string): string | null {
  return metadata(
    "xds\0listener_metadata\0filter_metadata",
    "listener_metadata\0filter_metadata",
    namespace,
    key,
  );
}

/** The name of the filter chain; "" when it has none. */
export function filterChainName(): string | null {
  return value.text(property.get("xds\0filter_chain_name"));
}

/** A text in the metadata of the upstream host, under `filter_metadata`; once there is one. */
export function upstreamHostMetadata(namespace: string, key: string): string | null {
  return metadata(
    "xds\0upstream_host_metadata\0filter_metadata",
    "upstream_host_metadata\0filter_metadata",
    namespace,
    key,
  );
}

function either(path: string, older: string): Status {
  const status = property.get(path);
  return status == Status.NotFound ? property.get(older) : status;
}

function metadata(path: string, older: string, namespace: string, key: string): string | null {
  const status = property.getNestedMember(path, namespace, key);
  return value.text(status == Status.NotFound ? property.getNestedMember(older, namespace, key) : status);
}
