import * as foreignFunction from "../abi/foreign-function";
import { succeeded } from "../context/failure";
import { ProtobufWriter } from "../protobuf/writer";

/** How long what is stored with a stream lives. */
export enum LifeSpan {
  /** As long as the filter chain: for HTTP, the request. */
  FilterChain = 0,
  /** As long as the request, across internal redirects. */
  DownstreamRequest = 1,
  /** As long as the client's connection: the next requests on it see it too. */
  DownstreamConnection = 2,
}

/** What a declared property holds: how Envoy's expressions (CEL) and other filters read it. */
export enum PropertyType {
  /** Bytes as they are. */
  Bytes = 0,
  /** Text. */
  String = 1,
  /** A FlatBuffers object; `schema` is its serialised schema. */
  FlatBuffers = 2,
  /** A protobuf message; `schema` is its type's URL. */
  Protobuf = 3,
}

/** How `declareProperty` declares a property, where it differs from what `setProperty` does without it. */
export class PropertyDeclaration {
  /** It can be set once; then `setProperty` answers false. */
  readOnly: bool = false;
  /** What it holds; bytes unless set. */
  type: PropertyType = PropertyType.Bytes;
  /** The type's description, for `FlatBuffers` and `Protobuf`. */
  schema: Uint8Array | null = null;
  /** How long a value lives; as long as the filter chain unless set. */
  lifeSpan: LifeSpan = LifeSpan.FilterChain;
}

/**
 * Says of what kind the property is that `setProperty(name, …)` will store: call it in `onConfigure`. It can
 * be said once for a plugin. False: it was declared already, or the host does not offer it.
 */
export function declareProperty(name: string, declaration: PropertyDeclaration): bool {
  const message = new ProtobufWriter();
  message.string(1, name);
  if (declaration.readOnly) message.boolean(2, true);
  if (declaration.type != PropertyType.Bytes) message.int32(3, declaration.type);
  const schema = declaration.schema;
  if (schema !== null) message.bytes(4, schema);
  if (declaration.lifeSpan != LifeSpan.FilterChain) message.int32(5, declaration.lifeSpan);
  return succeeded(foreignFunction.call("declare_property", message.finish()));
}

/**
 * Stores an object of Envoy's own in the stream's filter state, made from text by the factory of that name:
 * `setEnvoyFilterState("envoy.network.upstream_server_name", "example.com")`. Envoy's documentation lists
 * them under "well known filter state objects". Filters and Envoy itself act on them.
 *
 * False: there is no factory for the name or no stream here (lastFailure() says NotFound), or the factory
 * does not take this value (BadArgument).
 */
export function setEnvoyFilterState(
  name: string,
  value: string,
  lifeSpan: LifeSpan = LifeSpan.FilterChain,
): bool {
  const message = new ProtobufWriter();
  message.string(1, name);
  message.string(2, value);
  if (lifeSpan != LifeSpan.FilterChain) message.int32(3, lifeSpan);
  return succeeded(foreignFunction.call("set_envoy_filter_state", message.finish()));
}

/**
 * Sends a TCP connection to this cluster instead of the one that `tcp_proxy` is configured with. It counts
 * until `tcp_proxy` connects: in `onNewConnection`, or, while that stopped, in `onDownstreamData` if
 * `tcp_proxy` waits for data (`upstream_connect_mode: ON_DOWNSTREAM_DATA` and `max_early_data_bytes`). A
 * cluster that does not exist is not refused here: the connection is closed then. False: see
 * `setEnvoyFilterState`.
 */
export function setTcpCluster(cluster: string): bool {
  return setEnvoyFilterState("envoy.tcp_proxy.cluster", cluster);
}
