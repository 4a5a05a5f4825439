import { expect, it } from "vitest";
import { runOne, start } from "../testing/run-filter.js";
import { stream } from "../testing/streams.js";
import "./index.js";

const guard = `
export function proxy_on_request_headers(id: u32, headers: u32, end: bool): u32 {
  if (get(0, "x-token") == "t") { add(0, "x-user", "jo"); return 0; }
  log("no token");
  reply(401, "no_token", "denied");
  return 1;
}`;

it("has a matcher for everything a filter does", async () => {
  const exchange = await runOne(guard, stream());
  expect(exchange).toHaveCompleted();
  expect(exchange).toHaveOutcome("completed");
  expect(exchange).toHaveSentLocalReply(401, { details: "no_token", body: /denied/ });
  expect(exchange).not.toHaveReachedUpstream();
  expect(exchange).not.toPassThrough();
  expect(exchange).toHaveLogged("no token", "info");
  expect(exchange).not.toHaveCalled("authn");
  expect(exchange.response).toHaveBody("denied");
  expect(exchange.response).toHaveHeaderCount("content-length", 1);
  expect(exchange.response).not.toHaveTrailer("x-end");
  const allowed = await runOne(guard, stream({ headers: [["x-token", "t"]] }));
  expect(allowed.upstream).toHaveHeader("x-user", "jo");
});

it("reads the metrics of a host", async () => {
  const envoy = await start(guard);
  expect(envoy).not.toHaveMetric("seen", 0);
  envoy.stop();
});

it("shows the stream when a matcher fails, negated or not", async () => {
  const exchange = await runOne(guard, stream());
  expect(() => expect(exchange).toHaveSentLocalReply(403)).toThrow(
    /^expected a local reply 403;[^]*client sends/,
  );
  expect(() => expect(exchange).not.toHaveSentLocalReply(401)).toThrow(
    /^expected not a local reply 401;[^]*client sends/,
  );
});

it("writes exchanges and traces into snapshots", async () => {
  const exchange = await runOne(guard, stream({ headers: [["x-token", "t"]] }));
  expect(exchange).toMatchInlineSnapshot(`
    outcome: completed
    upstream:
      :authority: example.com
      :path: /
      :method: GET
      :scheme: http
      x-token: t
      x-forwarded-proto: http
      x-user: jo
      body: ""
    response:
      :status: 200
      body: "hello"
  `);
  expect(exchange.trace).toMatchInlineSnapshot(`
    [host->vm] proxy_on_request_headers(2, 6, 1)
    [vm->host] env.proxy_get_header_map_value(0, <address>, 7, <address>, <address>)
    [host->vm] malloc(1)
    [host<-vm] malloc return: <address>
    [vm<-host] env.proxy_get_header_map_value return: 0
    [vm->host] env.proxy_add_header_map_value(0, <address>, 6, <address>, 2)
    [vm<-host] env.proxy_add_header_map_value return: 0
    [host<-vm] proxy_on_request_headers return: 0
  `);
});
