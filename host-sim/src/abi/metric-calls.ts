import { isMember, MetricType, Status } from "./enums.js";
import { env, type HostCall } from "./host-function.js";

/** Metrics (abi.md 7.6). */
export const metricCalls = [
  env(
    "proxy_define_metric",
    "iiii",
    (call: HostCall, type: number, name: number, nameSize: number, out: number) => {
      // The name comes first, unlike with header maps and buffers.
      const text = call.memory.readName(name, nameSize);
      if (text === null) return Status.InvalidMemoryAccess;
      if (!isMember(MetricType, type)) return Status.BadArgument;
      const id = call.context.defineMetric(type, text);
      return call.memory.writeU32(out, id) ? Status.Ok : Status.InvalidMemoryAccess;
    },
  ),

  env("proxy_increment_metric", "il", (call: HostCall, id: number, offset: bigint) =>
    call.context.incrementMetric(id, offset),
  ),

  env("proxy_record_metric", "il", (call: HostCall, id: number, value: bigint) =>
    call.context.recordMetric(id, value),
  ),

  env("proxy_get_metric", "ii", (call: HostCall, id: number, out: number) => {
    const value = call.context.getMetric(id);
    if (!value.ok) return value.status;
    return call.memory.writeU64(out, value.value) ? Status.Ok : Status.InvalidMemoryAccess;
  }),
];
