/** The methods an author overrides, and the exports by which the host reaches each (abi.md 4). */
export const httpCallbacks: ReadonlyMap<string, readonly string[]> = new Map([
  ["onRequestHeaders", ["proxy_on_request_headers"]],
  ["onRequestBody", ["proxy_on_request_body"]],
  ["onRequestTrailers", ["proxy_on_request_trailers"]],
  ["onRequestMetadata", ["proxy_on_request_metadata"]],
  ["onRequestBodyComplete", ["proxy_on_request_body", "proxy_on_request_trailers"]],
  ["onRequestBodyTooLarge", []],
  ["onResponseHeaders", ["proxy_on_response_headers"]],
  ["onResponseBody", ["proxy_on_response_body"]],
  ["onResponseTrailers", ["proxy_on_response_trailers"]],
  ["onResponseMetadata", ["proxy_on_response_metadata"]],
  ["onResponseBodyComplete", ["proxy_on_response_body", "proxy_on_response_trailers"]],
  ["onResponseBodyTooLarge", []],
  ["onLog", ["proxy_on_log"]],
  ["onDone", ["proxy_on_done"]],
]);

export const networkCallbacks: ReadonlyMap<string, readonly string[]> = new Map([
  ["onNewConnection", ["proxy_on_new_connection"]],
  ["onDownstreamData", ["proxy_on_downstream_data"]],
  ["onUpstreamData", ["proxy_on_upstream_data"]],
  ["onDownstreamClose", ["proxy_on_downstream_connection_close"]],
  ["onUpstreamClose", ["proxy_on_upstream_connection_close"]],
  ["onLog", ["proxy_on_log"]],
  ["onDone", ["proxy_on_done"]],
]);

export const pluginCallbacks: ReadonlyMap<string, readonly string[]> = new Map([
  ["onConfigure", ["proxy_on_configure"]],
  ["onValidateConfiguration", ["proxy_validate_configuration"]],
  ["onTick", ["proxy_on_tick"]],
  ["onQueueReady", ["proxy_on_queue_ready"]],
  ["onForeignFunction", ["proxy_on_foreign_function"]],
  ["onLog", ["proxy_on_log"]],
  ["onDone", ["proxy_on_done"]],
]);

/** The classes of the SDK whose use means that the host has something to call back for. */
export const answers: ReadonlyMap<string, readonly string[]> = new Map([
  ["HttpRequest", ["proxy_on_http_call_response"]],
  [
    "GrpcService",
    [
      "proxy_on_grpc_receive_initial_metadata",
      "proxy_on_grpc_receive",
      "proxy_on_grpc_receive_trailing_metadata",
      "proxy_on_grpc_close",
    ],
  ],
  ["TimerHandler", ["proxy_on_tick"]],
  ["TimerCallback", ["proxy_on_tick"]],
]);

/** What every host needs, whatever the program overrides. */
export const requiredExports: readonly string[] = [
  "proxy_abi_version_0_2_1",
  "proxy_on_memory_allocate",
  "proxy_on_vm_start",
];

/** What it takes to remember contexts. */
export const contextExports: readonly string[] = ["proxy_on_context_create", "proxy_on_delete"];

/**
 * What a method name that overrides nothing was meant to be, or null when it does not look like a callback: names
 * of the form `onSomething`, and names that differ from a callback by case or by two letters.
 */
export function meantCallback(name: string, callbacks: Iterable<string>): string | null {
  const lower = name.toLowerCase();
  let best: { readonly name: string; readonly distance: number } | null = null;
  for (const callback of callbacks) {
    const distance = editDistance(lower, callback.toLowerCase());
    if (best === null || distance < best.distance) best = { name: callback, distance };
  }
  if (best === null) return null;
  return best.distance <= 2 || /^on[A-Z]/.test(name) ? best.name : null;
}

/** Levenshtein's distance, one row at a time. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const change = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
}
