/**
 * Matchers for vitest, snapshots of exchanges, and after each file the scripted answers that no filter asked for. Importing it is all: in a test file, or in `setupFiles` of the
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
import { afterAll, expect } from "vitest";
import { isExchange, isTrace, snapshotText } from "../check/index.js";
import { startedEnvoys } from "../filter-test/started-envoys.js";
import { unusedAnswersText } from "../filter-test/unused-answers-text.js";
import { matchers, type FilterMatchers } from "./matchers.js";

export type { FilterMatchers } from "./matchers.js";

expect.extend(matchers);
expect.addSnapshotSerializer({
  test: (value: unknown) => isExchange(value) || isTrace(value),
  serialize: (value: unknown) => snapshotText(value as Parameters<typeof snapshotText>[0]),
});

afterAll(async () => {
  const envoys = [...startedEnvoys];
  startedEnvoys.clear();
  const unused = envoys.flatMap((envoy) => envoy.unusedAnswers);
  if (unused.length > 0) console.log(unusedAnswersText(unused));
  for (const envoy of envoys) await envoy.stop();
});

declare module "vitest" {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type
  interface Matchers<T = any> extends FilterMatchers<void> {}
}
