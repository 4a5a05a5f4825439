import { AssertionError } from "node:assert";
import { expect, it } from "vitest";
import { runOne, start } from "../testing/run-filter.js";
import { stream } from "../testing/streams.js";
import * as assert from "./index.js";

const guard = `
export function proxy_on_request_headers(id: u32, headers: u32, end: bool): u32 {
  if (get(0, "x-token") == "t") return 0;
  log("no token");
  httpCall("authn", GET, "", 100);
  reply(401, "no_token", "denied");
  return 1;
}`;

const clusters = { authn: { status: 204 } };

it("passes for what is so", async () => {
  const exchange = await runOne(guard, stream(), { clusters });
  assert.assertCompleted(exchange);
  assert.assertOutcome(exchange, "completed");
  assert.assertLocalReply(exchange, 401, { details: "no_token" });
  assert.assertLogged(exchange, "no token");
  assert.assertNotLogged(exchange, "a token");
  assert.assertHeader(exchange.response, "content-length", "6");
  assert.assertNoHeader(exchange.response, "x-other");
  assert.assertHeaderCount(exchange.response, "content-type", 1);
  assert.assertBody(exchange.response, "denied");
  assert.assertCalled(exchange, "authn", { path: "/check", times: 1 });
  assert.assertNotCalled(exchange, "other");
  const allowed = await runOne(guard, stream({ headers: [["x-token", "t"]] }));
  assert.assertReachedUpstream(allowed);
  assert.assertPassThrough(allowed);
});

it("throws Node's AssertionError with the stream in it, from where it was called", async () => {
  const exchange = await runOne(guard, stream(), { clusters });
  const envoy = await start(guard);
  const failures: readonly (readonly [() => void, string])[] = [
    [() => assert.assertOutcome(exchange, "reset"), "expected the stream to end as reset"],
    [() => assert.assertLocalReply(exchange, 403), "expected a local reply 403"],
    [() => assert.assertReachedUpstream(exchange), "expected the request to reach the upstream"],
    [() => assert.assertPassThrough(exchange), "expected the filter to leave the stream alone"],
    [() => assert.assertNotLogged(exchange, "no token"), "expected not a log line"],
    [() => assert.assertHeader(exchange.upstream, "x-a"), "there is no message"],
    [() => assert.assertNoHeader(exchange.response, "content-length"), "expected 0 headers"],
    [() => assert.assertTrailer(exchange.response, "x-end"), "expected a trailer x-end"],
    [() => assert.assertNotCalled(exchange, "authn"), "expected 0 calls"],
    [() => assert.assertMetric(envoy, "seen", 1), "expected the metric wasmcustom.seen to be 1"],
  ];
  for (const [run, message] of failures) {
    expect(run).toThrow(AssertionError);
    expect(run).toThrow(message);
  }
  const error = (() => {
    try {
      assert.assertLocalReply(exchange, 403);
    } catch (caught) {
      return caught as Error;
    }
    return null;
  })();
  expect(error?.message).toContain("client sends");
  expect(error?.stack).not.toContain("assert/index");
  envoy.stop();
});
