import { Envoy, loadFilter, readRecording, type Exchange } from "as-proxy-wasm-sim";
import { expect, test } from "vitest";

// Runs every recorded stream through the built filter, as Envoy would.
const envoy = await Envoy.start({ plugins: [await loadFilter("filter.json")] });
const exchanges = new Map<string, Exchange>();
for (const stream of await readRecording("recordings/shop.stream.jsonl")) {
  exchanges.set(stream.id, await envoy.replay(stream));
}
envoy.stop();

const responseHeaders = (id: string) => exchanges.get(id)?.response?.headers;

test("a request with a key reaches the upstream", () => {
  expect(exchanges.get("with-key")?.upstream).not.toBeNull();
  expect(responseHeaders("with-key")).toContainEqual([":status", "200"]);
  expect(responseHeaders("with-key")).toContainEqual(["x-hello", "world"]);
});

test("a request without a key is answered by the filter", () => {
  expect(exchanges.get("without-key")?.upstream).toBeNull();
  expect(responseHeaders("without-key")).toContainEqual([":status", "401"]);
});
