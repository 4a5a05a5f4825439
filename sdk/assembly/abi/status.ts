/** What a host function answers (proxy_status_t, abi.md 2). */
export const enum Status {
  Ok = 0,
  NotFound = 1,
  BadArgument = 2,
  SerializationFailure = 3,
  ParseFailure = 4,
  BadExpression = 5,
  InvalidMemoryAccess = 6,
  Empty = 7,
  CasMismatch = 8,
  ResultMismatch = 9,
  InternalFailure = 10,
  BrokenConnection = 11,
  Unimplemented = 12,
}

/** Which header map a call means (abi.md 2). */
export const enum HeaderMapType {
  RequestHeaders = 0,
  RequestTrailers = 1,
  ResponseHeaders = 2,
  ResponseTrailers = 3,
}

/** Which buffer a call means (abi.md 2). */
export const enum BufferType {
  HttpRequestBody = 0,
  HttpResponseBody = 1,
  VmConfiguration = 6,
  PluginConfiguration = 7,
}

/** What kind of metric is defined (abi.md 7.6). */
export const enum MetricType {
  Counter = 0,
  Gauge = 1,
  Histogram = 2,
}
