import { request, startFilter } from "as-proxy-wasm-sim";
import { expect, test } from "vitest";
import filter from "../assembly/index.ts?filter";

// The filter in a simulated Envoy.
const envoy = await startFilter(filter);

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
