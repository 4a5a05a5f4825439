/** Which rule of Envoy a filter broke, told by the status with which a host function refused. */
import type { MisuseRuleId } from "../source/misuse-rules.js";
import { Status } from "./enums.js";
import type { HostCall } from "./host-function.js";

type Refusal = (status: number, first: number, second: number, call: HostCall) => MisuseRuleId | null;

/** Null: the status is an answer like others. `first` and `second` are the first arguments. */
export function refusedFor(
  name: string,
  status: number,
  first: number,
  second: number,
  call: HostCall,
): MisuseRuleId | null {
  if (status === Status.InvalidMemoryAccess) return "memory-range";
  return refusals[name]?.(status, first, second, call) ?? null;
}

const changesMap: Refusal = (status, map) => {
  if (status !== Status.BadArgument || map > 7) return null;
  return map >= 4 ? "map-read-only" : "map-not-visible";
};
const ofMetric: Refusal = (status) => (status === Status.NotFound ? "metric-unknown" : null);
const ofGrpc: Refusal = (status) =>
  status === Status.ParseFailure || status === Status.InternalFailure ? "callout-cluster" : null;
const ofQueue: Refusal = (status) => (status === Status.NotFound ? "queue-unknown" : null);

const refusals: Readonly<Record<string, Refusal>> = {
  proxy_set_header_map_pairs: changesMap,
  proxy_add_header_map_value: changesMap,
  proxy_replace_header_map_value: changesMap,
  proxy_remove_header_map_value: changesMap,
  proxy_get_buffer_bytes: (status, buffer) => {
    if (status !== Status.NotFound) return null;
    return buffer === 7 ? "configuration-not-visible" : "callout-body-not-visible";
  },
  proxy_set_buffer_bytes: (status, buffer, start, { context }) => {
    if (status !== Status.BadArgument || buffer > 8) return null;
    if (buffer > 3) return "buffer-read-only";
    const size = context.getBufferSize(buffer as 0);
    return size.ok && start > 0 && start < size.value ? "body-splice" : "body-not-visible";
  },
  proxy_grpc_call: ofGrpc,
  proxy_grpc_stream: ofGrpc,
  proxy_increment_metric: (status, metric, offset, call) =>
    status === Status.BadArgument ? "metric-increment" : ofMetric(status, metric, offset, call),
  proxy_record_metric: ofMetric,
  proxy_get_metric: (status, metric, out, call) =>
    status === Status.BadArgument ? "metric-histogram-read" : ofMetric(status, metric, out, call),
  proxy_get_property: (status, path, size, { memory }) => {
    if (status === Status.SerializationFailure) return "property-path";
    const name = status === Status.NotFound ? memory.readName(path, size) : null;
    if (name === null || name.includes("\0")) return null;
    if (gone.has(name)) return "property-legacy";
    return /^(request|response|connection|source|destination|upstream|xds)\.\w/.test(name)
      ? "property-dots"
      : null;
  },
  proxy_set_property: (status) =>
    status === Status.NotFound
      ? "property-no-stream"
      : status === Status.BadArgument
        ? "property-read-only"
        : null,
  proxy_done: (status) => (status === Status.NotFound ? "done-not-pending" : null),
  proxy_continue_stream: (status, type) =>
    status === Status.Unimplemented && type === 3 ? "continue-upstream" : null,
  proxy_enqueue_shared_queue: ofQueue,
  proxy_dequeue_shared_queue: ofQueue,
};

/** Bare names of older releases (abi.md 6.2). */
const gone = new Set([
  "node",
  "cluster_name",
  "cluster_metadata",
  "route_name",
  "route_metadata",
  "listener_direction",
  "listener_metadata",
  "upstream_host_metadata",
]);
