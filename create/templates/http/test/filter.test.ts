import { request, startFilter } from "as-proxy-wasm-sim";
import "as-proxy-wasm-sim/vitest";
import { expect, test } from "vitest";

// The built filter in a simulated Envoy.
const envoy = await startFilter("filter.json");

test("a request with a key reaches the upstream", async () => {
  const exchange = await envoy.replay(request({ path: "/cart", headers: { "x-api-key": "demo-key" } }));
  expect(exchange).toHaveReachedUpstream();
  expect(exchange.response).toHaveHeader(":status", "200");
  expect(exchange.response).toHaveHeader("x-hello", "world");
});

test("a request without a key is answered by the filter", async () => {
  const exchange = await envoy.replay(request({ path: "/cart" }));
  expect(exchange).toHaveSentLocalReply(401, { body: "missing x-api-key" });
});
