import { isIP } from "node:net";
import { Status } from "../abi/enums.js";
import { fromText, toBytes } from "../byte-string.js";
import type { FilterStateObject } from "../http/stream-info.js";
import { MessageFields } from "./arguments.js";
import { done, failed, type ForeignFunction } from "./foreign-function.js";

/** DeclarePropertyArguments: name 1, readonly 2. Type, schema and span do not change what the simulator shows. */
export const declareProperty: ForeignFunction = (args, { current }) => {
  const fields = MessageFields.parse(args, [1]);
  if (fields === null) return failed(Status.BadArgument);
  const isNew = current.declareProperty(fromText(fields.text(1)), { readOnly: fields.number(2) !== 0 });
  return isNew ? done() : failed(Status.BadArgument);
};

/** SetEnvoyFilterStateArguments: path 1, value 2, span 3. */
export const setEnvoyFilterState: ForeignFunction = (args, { effective }) => {
  const fields = MessageFields.parse(args, [1, 2]);
  if (fields === null) return failed(Status.BadArgument);
  const path = fields.text(1);
  const create = factories.get(path);
  if (create === undefined) return failed(Status.NotFound);
  const object = create(fields.text(2));
  if (object === null) return failed(Status.BadArgument);
  return effective.setFilterState(fromText(path), object) ? done() : failed(Status.NotFound);
};

export const clearRouteCache: ForeignFunction = (_args, { effective }) => {
  effective.clearRouteCache();
  return done();
};

/** Makes an object of the text, or refuses it. */
type ObjectFactory = (value: string) => FilterStateObject | null;

const text: ObjectFactory = (value) => ({ value: toBytes(fromText(value)), readOnly: false });
const number: ObjectFactory = (value) => (/^\d{1,10}$/.test(value) ? text(value) : null);
const bool: ObjectFactory = (value) => text(value === "true" ? "true" : "false");
/** Objects that Envoy cannot show as a property. */
const hidden: ObjectFactory = () => ({ value: null, readOnly: false });
/** Objects with fields, which the simulator does not model. */
const addressAndPort: ObjectFactory = (value) => {
  const match = /^(?:\[(?<six>[^\]]+)\]|(?<four>[^:]+)):(?<port>\d{1,5})$/.exec(value);
  const host = match?.groups?.["six"] ?? match?.groups?.["four"] ?? "";
  const family = match?.groups?.["six"] === undefined ? 4 : 6;
  const isValid = isIP(host) === family && Number(match?.groups?.["port"]) < 65536;
  return isValid ? { value: "unmodelled", readOnly: false } : null;
};
const address: ObjectFactory = (value) => {
  if (isIP(value) === 0) return null;
  return text(isIP(value) === 6 ? `[${value}]:0` : `${value}:0`);
};

/** The keys that Envoy 1.40 can make from text; measured. */
const factories: ReadonlyMap<string, ObjectFactory> = new Map([
  ["envoy.tcp_proxy.cluster", text],
  ["envoy.network.upstream_server_name", text],
  ["envoy.network.upstream_subject_alt_names", text],
  ["envoy.network.network_namespace", text],
  ["envoy.upstream.dynamic_host", text],
  ["envoy.hashable_string", text],
  ["envoy.string", text],
  ["envoy.network.application_protocols", hidden],
  ["envoy.tcp_proxy.disable_tunneling", bool],
  ["envoy.tcp_proxy.per_connection_idle_timeout_ms", number],
  ["envoy.upstream.dynamic_port", number],
  ["envoy.ratelimit.hits_addend", number],
  ["envoy.network.transport_socket.original_dst_address", addressAndPort],
  ["envoy.filters.listener.original_dst.local_ip", addressAndPort],
  ["envoy.filters.listener.original_dst.remote_ip", addressAndPort],
  ["envoy.network.ip", address],
]);
