/** The numbers of the ABI and nothing else (abi.md 2). */

export const Status = {
  Ok: 0,
  NotFound: 1,
  BadArgument: 2,
  SerializationFailure: 3,
  ParseFailure: 4,
  InvalidMemoryAccess: 6,
  Empty: 7,
  CasMismatch: 8,
  InternalFailure: 10,
  BrokenConnection: 11,
  Unimplemented: 12,
} as const;
export type Status = (typeof Status)[keyof typeof Status];

/** Envoy's names of the levels, in the order of the ABI's numbers. */
export const logLevels = ["trace", "debug", "info", "warning", "error", "critical"] as const;
export type LogLevel = (typeof logLevels)[number];

export const BufferType = {
  HttpRequestBody: 0,
  HttpResponseBody: 1,
  NetworkDownstreamData: 2,
  NetworkUpstreamData: 3,
  HttpCallResponseBody: 4,
  GrpcReceiveBuffer: 5,
  VmConfiguration: 6,
  PluginConfiguration: 7,
  CallData: 8,
} as const;
export type BufferType = (typeof BufferType)[keyof typeof BufferType];

export const HeaderMapType = {
  RequestHeaders: 0,
  RequestTrailers: 1,
  ResponseHeaders: 2,
  ResponseTrailers: 3,
  GrpcReceiveInitialMetadata: 4,
  GrpcReceiveTrailingMetadata: 5,
  HttpCallResponseHeaders: 6,
  HttpCallResponseTrailers: 7,
} as const;
export type HeaderMapType = (typeof HeaderMapType)[keyof typeof HeaderMapType];

export const StreamType = { Request: 0, Response: 1, Downstream: 2, Upstream: 3 } as const;
export type StreamType = (typeof StreamType)[keyof typeof StreamType];

export const MetricType = { Counter: 0, Gauge: 1, Histogram: 2 } as const;
export type MetricType = (typeof MetricType)[keyof typeof MetricType];

/** Errno values that the WASI functions answer with (abi.md 5.17). */
export const Errno = {
  Success: 0,
  BadFileDescriptor: 8,
  Fault: 21,
  Invalid: 28,
  NoEntry: 44,
  NotImplemented: 52,
  NotDirectory: 20,
  NotSupported: 58,
  NotCapable: 76,
} as const;

/** Whether a number of the guest names a member of one of the enumerations above, which all start at 0. */
export function isMember<Members extends Record<string, number>>(
  members: Members,
  value: number,
): value is Members[keyof Members] {
  let count = counts.get(members);
  if (count === undefined) counts.set(members, (count = Object.keys(members).length));
  return value < count;
}

const counts = new WeakMap<Record<string, number>, number>();
