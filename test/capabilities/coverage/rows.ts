/** A function of the ABI, and where it is in the SDK and in the guide. */
export interface Row {
  /** As it is imported or exported. */
  readonly name: string;
  /** What wraps it: `Class.member`, `namespace.function` or `function` of the SDK. A test sees to it that they exist. */
  readonly symbols: readonly string[];
  /** The page of the guide that shows it; the page's Envoys have to call it. */
  readonly page: string;
  /** For what no Envoy calls: what does so instead. */
  readonly instead?: string;
}

const row = (name: string, page: string, ...symbols: string[]): Row => ({ name, page, symbols });

/** abi.md, appendix A. */
export const HOST_FUNCTIONS: readonly Row[] = [
  row("proxy_log", "logging-and-time", "log.info", "log.write"),
  row("proxy_get_log_level", "logging-and-time", "log.enabled"),
  row(
    "proxy_get_current_time_nanoseconds",
    "logging-and-time",
    "currentTimeNanoseconds",
    "currentTimeMilliseconds",
  ),
  row("proxy_get_status", "grpc-calls", "GrpcResponse.message", "GrpcStreamHandler.onClose"),
  row("proxy_set_effective_context", "http-callouts", "HttpCallHandler.onResponse", "TimerHandler.onTimer"),
  row("proxy_done", "plugin", "Plugin.done"),
  row("proxy_continue_stream", "local-replies", "HttpFilter.resumeRequest", "HttpFilter.resumeResponse"),
  row("proxy_close_stream", "local-replies", "HttpFilter.closeStream", "NetworkFilter.closeDownstream"),
  row("proxy_send_local_response", "local-replies", "HttpFilter.sendLocalReply"),
  row("proxy_get_header_map_pairs", "http-headers", "Headers.get", "Headers.fields"),
  row("proxy_set_header_map_pairs", "http-headers", "Headers.setAll"),
  row("proxy_get_header_map_value", "http-headers", "Headers.get", "Headers.getBytes"),
  row("proxy_add_header_map_value", "http-headers", "Headers.add", "Headers.addBytes"),
  row("proxy_replace_header_map_value", "http-headers", "Headers.set", "Headers.setBytes"),
  row("proxy_remove_header_map_value", "http-headers", "Headers.remove"),
  row("proxy_get_header_map_size", "http-headers", "Headers.byteSize"),
  row("proxy_get_buffer_bytes", "http-bodies", "Body.bytes", "Body.text", "StreamData.bytes"),
  row("proxy_get_buffer_status", "http-bodies", "Body.size", "StreamData.size"),
  row("proxy_set_buffer_bytes", "http-bodies", "Body.replace", "Body.append", "Body.prepend"),
  row("proxy_http_call", "http-callouts", "HttpRequest.send"),
  row("proxy_grpc_call", "grpc-calls", "GrpcService.call"),
  row("proxy_grpc_stream", "grpc-streams", "GrpcService.stream"),
  row("proxy_grpc_send", "grpc-streams", "GrpcStream.send"),
  row("proxy_grpc_close", "grpc-streams", "GrpcStream.close"),
  row("proxy_grpc_cancel", "grpc-streams", "GrpcStream.cancel", "GrpcCall.cancel"),
  row("proxy_set_tick_period_milliseconds", "plugin", "Plugin.setInterval", "Plugin.setTickPeriod"),
  row("proxy_get_shared_data", "shared-data", "SharedData.get", "SharedCache.get", "SharedCounter.get"),
  row("proxy_set_shared_data", "shared-data", "SharedData.set", "SharedCache.set", "SharedCounter.add"),
  row("proxy_register_shared_queue", "shared-queues", "SharedQueue.register"),
  row("proxy_resolve_shared_queue", "shared-queues", "SharedQueue.resolve"),
  row("proxy_enqueue_shared_queue", "shared-queues", "SharedQueue.enqueue", "SharedQueue.enqueueText"),
  row("proxy_dequeue_shared_queue", "shared-queues", "SharedQueue.dequeue", "SharedQueue.dequeueText"),
  row("proxy_define_metric", "metrics", "Metric.define", "Counter.with"),
  row("proxy_increment_metric", "metrics", "Counter.increment", "Gauge.increment"),
  row("proxy_record_metric", "metrics", "Gauge.set", "Histogram.record"),
  row("proxy_get_metric", "metrics", "Counter.value", "Gauge.value"),
  row("proxy_get_property", "properties", "getProperty", "properties.request"),
  row("proxy_set_property", "properties", "setProperty", "setPropertyText"),
  row(
    "proxy_call_foreign_function",
    "foreign-functions",
    "callForeignFunction",
    "compress",
    "Expression.create",
  ),
];

/** abi.md, appendix B, and the marker of the version. */
export const CALLBACKS: readonly Row[] = [
  {
    ...row("proxy_abi_version_0_2_1", "plugin", "registerPlugin"),
    instead: "a marker: hosts look for its name, and never call it",
  },
  row("_initialize", "plugin", "registerHttpFilter", "registerNetworkFilter", "registerPlugin"),
  row("proxy_on_memory_allocate", "http-headers", "Headers.get"),
  row("proxy_on_context_create", "plugin", "HttpFilter", "NetworkFilter"),
  row("proxy_on_vm_start", "plugin", "vmConfiguration", "registerPlugin"),
  row("proxy_on_configure", "configuration", "Plugin.onConfigure"),
  {
    ...row("proxy_validate_configuration", "foreign-functions", "Plugin.onValidateConfiguration"),
    instead:
      "stock Envoy never calls it; a host of our own does: [foreign-callback.test.ts](../test/capabilities/foreign-callback.test.ts)",
  },
  row("proxy_on_tick", "plugin", "Plugin.onTick", "TimerHandler.onTimer"),
  row("proxy_on_queue_ready", "shared-queues", "Plugin.onQueueReady"),
  {
    ...row("proxy_on_foreign_function", "foreign-functions", "Plugin.onForeignFunction"),
    instead:
      "stock Envoy never calls it; a host of our own does: [foreign-callback.test.ts](../test/capabilities/foreign-callback.test.ts)",
  },
  row("proxy_on_done", "plugin", "Plugin.onDone", "HttpFilter.onDone"),
  row("proxy_on_log", "access-logger", "Plugin.onLog", "HttpFilter.onLog"),
  row("proxy_on_delete", "plugin", "HttpFilter", "NetworkFilter"),
  row("proxy_on_request_headers", "http-headers", "HttpFilter.onRequestHeaders"),
  row("proxy_on_request_body", "http-bodies", "HttpFilter.onRequestBody", "HttpFilter.onRequestBodyComplete"),
  row(
    "proxy_on_request_trailers",
    "http-bodies",
    "HttpFilter.onRequestTrailers",
    "HttpFilter.onRequestBodyComplete",
  ),
  row("proxy_on_request_metadata", "metadata-frames", "HttpFilter.onRequestMetadata"),
  row("proxy_on_response_headers", "http-headers", "HttpFilter.onResponseHeaders"),
  row(
    "proxy_on_response_body",
    "http-bodies",
    "HttpFilter.onResponseBody",
    "HttpFilter.onResponseBodyComplete",
  ),
  row(
    "proxy_on_response_trailers",
    "http-bodies",
    "HttpFilter.onResponseTrailers",
    "HttpFilter.onResponseBodyComplete",
  ),
  row("proxy_on_response_metadata", "metadata-frames", "HttpFilter.onResponseMetadata"),
  row("proxy_on_http_call_response", "http-callouts", "HttpCallHandler.onResponse"),
  row("proxy_on_grpc_receive_initial_metadata", "grpc-streams", "GrpcStreamHandler.onInitialMetadata"),
  row("proxy_on_grpc_receive", "grpc-streams", "GrpcStreamHandler.onMessage", "GrpcCallHandler.onResponse"),
  row("proxy_on_grpc_receive_trailing_metadata", "grpc-streams", "GrpcStreamHandler.onTrailingMetadata"),
  row("proxy_on_grpc_close", "grpc-streams", "GrpcStreamHandler.onClose", "GrpcCallHandler.onResponse"),
  row("proxy_on_new_connection", "tcp-filters", "NetworkFilter.onNewConnection"),
  row("proxy_on_downstream_data", "tcp-filters", "NetworkFilter.onDownstreamData"),
  row("proxy_on_upstream_data", "tcp-filters", "NetworkFilter.onUpstreamData"),
  row("proxy_on_downstream_connection_close", "tcp-filters", "NetworkFilter.onDownstreamClose"),
  row("proxy_on_upstream_connection_close", "tcp-filters", "NetworkFilter.onUpstreamClose"),
];
