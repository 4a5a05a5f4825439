import { Envoy, type Exchange, loadFilter, readRecording } from "as-proxy-wasm-sim";
import { expect, it } from "vitest";

const project = new URL("..", import.meta.url);
const plugin = await loadFilter(new URL("filter.json", project));
const recordings = await readRecording(new URL("recordings/orders.stream.jsonl", project));
const recorded = (id: string) => recordings.find((stream) => stream.id === id)!;

async function replay(id: string): Promise<Exchange> {
  const envoy = await Envoy.start({ plugins: [plugin] });
  const exchange = await envoy.replay(recorded(id));
  envoy.stop();
  return exchange;
}

const bodyOf = ({ upstream }: Exchange): string =>
  upstream?.body.kind === "recorded" ? Buffer.concat(upstream.body.chunks).toString() : "";

it("marks a good body and fixes its length", async () => {
  const exchange = await replay("good-order");
  expect(bodyOf(exchange)).toBe('{"item":"tea","count":2,"checked":true}');
  expect(exchange.upstream?.headers).toContainEqual(["content-length", "39"]);
});

it.each(["order-in-pieces", "order-with-trailers"])("sees the whole body of %s", async (id) => {
  expect(JSON.parse(bodyOf(await replay(id)))).toEqual({ item: "tea", count: 2, checked: true });
});

it("does not believe a mark that the client made", async () => {
  expect(bodyOf(await replay("spoofed-field"))).toBe('{"item":"tea","checked":true}');
});

it("leaves other bodies alone", async () => {
  expect(bodyOf(await replay("plain-text"))).toBe("not json at all");
});

it.each([
  ["malformed-order", "400", "malformed_json"],
  ["malformed-order-with-trailers", "400", "malformed_json"],
  ["oversized-order", "413", "body_too_large"],
])("answers %s with %s before the upstream sees anything", async (id, status, details) => {
  const { upstream, response, responseCodeDetails } = await replay(id);
  expect(upstream).toBeNull();
  expect(response?.headers).toContainEqual([":status", status]);
  expect(responseCodeDetails).toBe(details);
});

it("counts what it accepts and what it rejects", async () => {
  const envoy = await Envoy.start({ plugins: [plugin] });
  for (const stream of recordings) await envoy.replay(stream);
  const metric = (name: string) => envoy.metrics.find((metric) => metric.name === name)?.value;
  expect(metric("wasmcustom.json_guard.accepted")).toBe(4n);
  expect(metric("wasmcustom.json_guard.rejected")).toBe(3n);
  envoy.stop();
});

it("is told loudly when Envoy would not hold the headers, and what its first POST would do", async () => {
  const envoy = await Envoy.start({ plugins: [{ ...plugin, allowOnHeadersStopIteration: false }] });
  expect(envoy.warnings.join("\n")).toContain("allow_on_headers_stop_iteration");
  const exchange = await envoy.replay(recorded("good-order"));
  expect(exchange.outcome.kind).toBe("stalled");
  envoy.stop();
});
