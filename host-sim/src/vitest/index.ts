/**
 * Matchers for vitest, and snapshots of exchanges. Importing it is all: in a test file, or in `setupFiles` of the
 * project's vitest.config.ts.
 *
 * ```ts
 * import "as-proxy-wasm-sim/vitest";
 * import { request, startFilter } from "as-proxy-wasm-sim";
 *
 * const envoy = await startFilter("filter.json");
 * const exchange = await envoy.replay(request({ path: "/orders", headers: { "x-api-key": "demo" } }));
 * expect(exchange.upstream).toHaveHeader("x-api-client", "demo");
 * ```
 */
import { expect } from "vitest";
import { isExchange, isTrace, snapshotText } from "../check/index.js";
import { matchers, type FilterMatchers } from "./matchers.js";

export type { FilterMatchers } from "./matchers.js";

expect.extend(matchers);
expect.addSnapshotSerializer({
  test: (value: unknown) => isExchange(value) || isTrace(value),
  serialize: (value: unknown) => snapshotText(value as Parameters<typeof snapshotText>[0]),
});

declare module "vitest" {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type
  interface Matchers<T = any> extends FilterMatchers<void> {}
}
