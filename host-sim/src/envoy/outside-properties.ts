import { Status } from "../abi/enums.js";
import { refuse, type Answer } from "../abi/host-context.js";
import type { ByteString } from "../byte-string.js";
import { UnmodelledPropertyError } from "../errors.js";
import type { StreamInfo } from "../http/stream-info.js";
import { givenProperty } from "./given-properties.js";
import {
  boolean,
  integer,
  metadataMessage,
  select,
  serialized,
  text,
  textMessage,
  type PropertyValue,
} from "./property-value.js";

/** What a path leads to: a value; nothing there; what only a real Envoy knows. */
type Found = PropertyValue | "not found" | "unmodelled";

/**
 * Properties that come from Envoy's configuration and its sockets (abi.md 6.2). What the test gave comes first; then what
 * is known of the simulated Envoy: plain text, its routes, one upstream without metadata. Anything else throws.
 */
export function outsideProperty(segments: readonly ByteString[], info: StreamInfo): Answer<Uint8Array> {
  const [object = "", name] = segments;
  const isOfUpstream =
    object === "upstream" || object === "upstream_filter_state" || name?.startsWith("upstream_host_");
  const beforeUpstream = isOfUpstream === true && info.upstreamAttempts === 0;
  if (!beforeUpstream) {
    const given = givenProperty(info.givenProperties, segments);
    if (given !== undefined) return serialized(given);
  }
  if (name === undefined && object !== "metadata") {
    const isThere = object !== "upstream_filter_state" || !beforeUpstream;
    return refuse(isThere ? Status.SerializationFailure : Status.NotFound);
  }
  const found = beforeUpstream ? beforeTheUpstream(object, name) : find(object, name ?? "", info);
  switch (found) {
    case "not found":
      return refuse(Status.NotFound);
    case "unmodelled":
      throw new UnmodelledPropertyError(segments.join("."));
    default:
      return serialized(select(found, segments.slice(object === "metadata" ? 1 : 2)));
  }
}

function find(object: ByteString, name: ByteString, info: StreamInfo): Found {
  switch (object) {
    case "connection":
      return connection(name, info);
    case "source":
    case "destination":
      return address(object, name, info);
    case "upstream":
      return upstream(name, info);
    case "metadata":
      return noMetadata;
    case "xds":
      return configuration(name, info);
    default:
      return "not found";
  }
}

const noMetadata = metadataMessage({});

function connection(name: ByteString, info: StreamInfo): Found {
  if (name === "id") return integer(info.connectionId);
  if (name === "mtls") return boolean(false);
  // Without TLS there is no certificate to tell about.
  return name === "requested_server_name" ? text("") : "not found";
}

/** The port is part of the address. */
function address(object: "source" | "destination", name: ByteString, info: StreamInfo): Found {
  if (name === "address") return "unmodelled";
  if (name !== "port") return "not found";
  const whole = givenProperty(info.givenProperties, [object, "address"]);
  const port = whole?.kind === "scalar" ? /:(\d+)$/.exec(Buffer.from(whole.bytes).toString()) : null;
  return port === null ? "unmodelled" : integer(Number(port[1]));
}

function beforeTheUpstream(object: ByteString, name: ByteString | undefined): Found {
  if (object !== "upstream") return "not found";
  if (name === "request_attempt_count") return integer(0);
  return name === "num_endpoints" ? integer(1) : "not found";
}

function upstream(name: ByteString, info: StreamInfo): Found {
  switch (name) {
    case "request_attempt_count":
      return integer(info.upstreamAttempts);
    case "num_endpoints":
      return integer(1);
    case "transport_failure_reason":
      return text(info.upstreamTransportFailure ?? "");
    case "locality":
      return textMessage({ region: [1, ""], zone: [2, ""], sub_zone: [3, ""] });
    case "address":
    case "port":
    case "local_address":
    case "cx_pool_ready_duration":
      return "unmodelled";
    default:
      return "not found";
  }
}

function configuration(name: ByteString, info: StreamInfo): Found {
  const isHttp = info.protocol !== null;
  switch (name) {
    case "node":
      return "unmodelled";
    case "cluster_name":
      return info.clusterName === null ? "not found" : text(info.clusterName);
    case "cluster_metadata":
      return info.clusterName === null ? "not found" : noMetadata;
    case "route_name":
      return info.route === null ? "not found" : text(info.route.route.name ?? "");
    case "virtual_host_name":
      return info.route === null ? "not found" : text(info.route.virtualHost);
    case "route_metadata":
    case "virtual_host_metadata":
      return isHttp ? noMetadata : "not found";
    case "listener_direction":
      return integer(0);
    case "listener_metadata":
      return noMetadata;
    case "filter_chain_name":
      return text("");
    case "upstream_host_metadata":
    case "upstream_host_locality_metadata":
      return { kind: "null" };
    default:
      return "not found";
  }
}
