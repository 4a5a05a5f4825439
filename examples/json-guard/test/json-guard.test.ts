import { type Exchange, loadFilter, readRecording, startFilter } from "as-proxy-wasm-sim";
import "as-proxy-wasm-sim/vitest";
import { expect, it } from "vitest";

const project = new URL("..", import.meta.url);
const plugin = await loadFilter(new URL("filter.json", project));
const recordings = await readRecording(new URL("recordings/orders.stream.jsonl", project));
const recorded = (id: string) => recordings.find((stream) => stream.id === id)!;
const envoy = await startFilter(plugin);

const replay = (id: string): Promise<Exchange> => envoy.replay(recorded(id));

it("marks a good body and fixes its length", async () => {
  const { upstream } = await replay("good-order");
  expect(upstream).toHaveBody('{"item":"tea","count":2,"checked":true}');
  expect(upstream).toHaveHeader("content-length", "39");
});

it.each(["order-in-pieces", "order-with-trailers"])("sees the whole body of %s", async (id) => {
  expect((await replay(id)).upstream).toHaveBody({ json: { item: "tea", count: 2, checked: true } });
});

it("does not believe a mark that the client made", async () => {
  expect((await replay("spoofed-field")).upstream).toHaveBody('{"item":"tea","checked":true}');
});

it("leaves other bodies alone", async () => {
  expect(await replay("plain-text")).toPassThrough();
});

it.each([
  ["malformed-order", 400, "malformed_json"],
  ["malformed-order-with-trailers", 400, "malformed_json"],
  ["oversized-order", 413, "body_too_large"],
])("answers %s with %s before the upstream sees anything", async (id, status, details) => {
  const exchange = await replay(id);
  expect(exchange).toHaveSentLocalReply(status, { details });
  expect(exchange).not.toHaveReachedUpstream();
});

it("counts what it accepts and what it rejects", async () => {
  const fresh = await startFilter(plugin);
  for (const stream of recordings) await fresh.replay(stream);
  expect(fresh).toHaveMetric("json_guard.accepted", 4);
  expect(fresh).toHaveMetric("json_guard.rejected", 3);
});

it("is told loudly when Envoy would not hold the headers, and what its first POST would do", async () => {
  const strict = await startFilter({ ...plugin, allowOnHeadersStopIteration: false });
  expect(strict.warnings.join("\n")).toContain("allow_on_headers_stop_iteration");
  expect(await strict.replay(recorded("good-order"))).toHaveOutcome("stalled");
});
