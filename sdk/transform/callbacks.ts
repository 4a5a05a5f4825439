/** The methods an author overrides, and the export by which the host reaches each (abi.md 4). */
export const filterCallbacks: ReadonlyMap<string, string> = new Map([
  ["onRequestHeaders", "proxy_on_request_headers"],
  ["onRequestBody", "proxy_on_request_body"],
  ["onRequestTrailers", "proxy_on_request_trailers"],
  ["onResponseHeaders", "proxy_on_response_headers"],
  ["onResponseBody", "proxy_on_response_body"],
  ["onResponseTrailers", "proxy_on_response_trailers"],
  ["onLog", "proxy_on_log"],
  ["onDone", "proxy_on_done"],
]);

export const pluginCallbacks: ReadonlyMap<string, string> = new Map([
  ["onConfigure", "proxy_on_configure"],
  ["onTick", "proxy_on_tick"],
]);

/** What every host needs, whatever the program overrides. */
export const requiredExports: readonly string[] = [
  "proxy_abi_version_0_2_1",
  "proxy_on_memory_allocate",
  "proxy_on_context_create",
  "proxy_on_vm_start",
];

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
