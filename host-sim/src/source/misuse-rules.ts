/** What filters ask of Envoy in vain: which rule each breaks, and what to do instead. */
export interface MisuseRule {
  readonly broken: string;
  readonly instead: string;
  readonly source: string;
}

function rule(broken: string, instead: string, source: string): MisuseRule {
  return { broken, instead, source };
}

export const misuseRules = {
  "map-not-visible": rule(
    "these headers or trailers cannot be changed now: they are gone as soon as their callback has returned Continue, and not there before it",
    "Change them in their own callback, or hold the stream there until you have.",
    "abi.md 8.1",
  ),
  "map-read-only": rule(
    "what a callout or a gRPC answer brought cannot be changed",
    "Copy what you need into the request's or the response's headers.",
    "abi.md 5.6",
  ),
  "body-not-visible": rule(
    "there is no body now: it can be changed in its own callbacks, and where it is held",
    "Change it in the body callback, or hold it there (StopIterationAndBuffer) until the end of the stream.",
    "abi.md 5.7, 8.2",
  ),
  "body-splice": rule(
    "Envoy replaces the front of a body, prepends and appends; it puts nothing into the middle",
    "Build the new body and replace the whole of it: start 0, and the length that it has.",
    "abi.md 5.7",
  ),
  "buffer-read-only": rule(
    "this buffer cannot be changed",
    "Only bodies and the data of TCP connections can.",
    "abi.md 5.7",
  ),
  "configuration-not-visible": rule(
    "the plugin's configuration can be read while the plugin is configured, and not later",
    "Read it in proxy_on_configure and keep what you need.",
    "abi.md 5.2",
  ),
  "callout-body-not-visible": rule(
    "the body of an answer can be read in the callback that brings it, and not before or later",
    "Read it in proxy_on_http_call_response; an answer with 0 headers has no body.",
    "abi.md 7.4",
  ),
  "callout-timeout": rule("a timeout is not negative", "Give milliseconds, or 0 for none.", "abi.md 7.4"),
  "callout-headers": rule(
    "a callout needs :method, :path and :authority",
    "Set all three; without one of them Envoy sends nothing and answers 2.",
    "abi.md 7.4",
  ),
  "callout-cluster": rule(
    "Envoy has no cluster of this name, and sends nothing",
    "Name a cluster of Envoy's configuration; in the simulator, one of the option clusters.",
    "abi.md 7.4, 7.5",
  ),
  "metric-increment": rule(
    "counters are incremented by 1 or more, and histograms not at all",
    "Record values of histograms, and use a gauge for what also falls.",
    "abi.md 7.6",
  ),
  "metric-unknown": rule(
    "no metric of this VM has this id",
    "Use the id that proxy_define_metric gave in the same VM.",
    "abi.md 7.6",
  ),
  "metric-histogram-read": rule("histograms cannot be read", "Count in a gauge or a counter.", "abi.md 7.6"),
  "property-path": rule(
    "a property's path is not empty, and names a value, not a whole object like request",
    "Name one value: request, NUL, path.",
    "abi.md 6.1",
  ),
  "property-dots": rule(
    "the parts of a property's path are separated by NUL, not by dots",
    "Write request, NUL, path in place of request.path.",
    "abi.md 6.1",
  ),
  "property-legacy": rule(
    "this property is gone from Envoy",
    "Use the one under xds: xds.node, xds.cluster_name, xds.route_name, xds.listener_direction and so on.",
    "abi.md 6.2",
  ),
  "property-no-stream": rule(
    "a property belongs to a stream, and none is in effect",
    "Set it in a callback of the stream, or call proxy_set_effective_context before and look at its status.",
    "abi.md 6.3",
  ),
  "property-read-only": rule("this property was declared as read-only", "Set it once.", "abi.md 6.3"),
  "done-not-pending": rule(
    "the plugin is not waiting for it: proxy_on_done has not returned 0",
    "Return 0 from proxy_on_done, and call proxy_done later.",
    "abi.md 5.3",
  ),
  "continue-upstream": rule(
    "what comes from a TCP upstream cannot be resumed",
    "Do not hold it; the next data brings another chance.",
    "abi.md 9",
  ),
  "continue-before-response": rule(
    "the response has not begun: Envoy 1.40.0 crashes here",
    "Continue the response only after one of its callbacks has held it.",
    "abi.md 8.5",
  ),
  "no-stream": rule(
    "there is no HTTP stream in effect, and nothing happens",
    "Call proxy_set_effective_context with the stream's context before, and go on only if it answers 0: the stream may have gone.",
    "abi.md 3.4, 5.5",
  ),
  "local-reply-status": rule(
    "Envoy sends any status as it is, and this one is no status of a final response",
    "Give one from 200 to 599.",
    "abi.md 8.4",
  ),
  "header-value": rule(
    "a value with a line break or a NUL makes Envoy answer 503 when the headers go on",
    "Take such bytes out, or encode them.",
    "abi.md 5.6",
  ),
  "queue-unknown": rule(
    "there is no queue with this token",
    "Register or resolve the queue, and look at the status.",
    "abi.md 7.3",
  ),
  "capability-restricted": rule(
    "the plugin may not use this function",
    "Add it to allowed_capabilities of the plugin's capability_restriction_config.",
    "abi.md 5.18",
  ),
  "memory-range": rule(
    "an address or a length lies outside of the module's memory",
    "Check pointers and sizes, and that the allocator gives memory.",
    "abi.md 3.3",
  ),
} as const satisfies Readonly<Record<string, MisuseRule>>;

export type MisuseRuleId = keyof typeof misuseRules;
