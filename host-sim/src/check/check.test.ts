import { expect, it } from "vitest";
import { run, runOne, start } from "../testing/run-filter.js";
import { stream } from "../testing/streams.js";
import * as check from "./index.js";

const guard = `
export function proxy_on_request_headers(id: u32, headers: u32, end: bool): u32 {
  log("no token");
  reply(401, "no_token", "denied");
  return 1;
}`;

const idle = `
export function proxy_on_request_headers(id: u32, headers: u32, end: bool): u32 { return 0; }`;

const caller = `
export function proxy_on_request_headers(id: u32, headers: u32, end: bool): u32 {
  httpCall("authn", GET + "|authorization: secret", "", 100);
  return 1;
}
export function proxy_on_http_call_response(id: u32, token: u32, headers: u32, body: u32, trailers: u32): void {}`;

it("shows what the client sent, what the filter did, and what upstream and client got", async () => {
  const exchange = await runOne(guard, stream({ path: "/orders", headers: [["x-user", "jo"]] }));
  expect(check.explain(check.localReply(exchange, 403))).toMatchInlineSnapshot(`
    "expected a local reply 403; the client got 401 from a local reply with the details "no_token"

    stream "stream"
      client sends   GET http://example.com/orders, 1 header, no body
      callback       request_headers(6 headers, end of stream)
                       log info    no token
                       send_local_response(401)
                     → StopIteration
      upstream got   nothing
      client got     401, 3 headers, 6 bytes (local reply "no_token")"
  `);
});

it("shows the answers to callouts, and no secret", async () => {
  const exchange = await runOne(caller, stream(), { clusters: { authn: { status: 403 } } });
  expect(check.called(exchange, "authn", { path: "/check", method: "GET", times: 1 }).holds).toBe(true);
  expect(check.called(exchange, "authn", { headers: { authorization: /^sec/ } }).holds).toBe(true);
  expect(check.explain(check.called(exchange, "authn", { path: "/login" }))).toMatchInlineSnapshot(`
    "expected a call to the cluster "authn" with path "/login"; there are 0 such among the calls of the filter:
      authn: GET /check, 0 bytes, answered
          authorization: <6 bytes>
          x-envoy-internal: true
          x-envoy-expected-rq-timeout-ms: 100

    stream "stream"
      client sends   GET http://example.com/, 0 headers, no body
      callback       request_headers(5 headers, end of stream)
                       http_call()
                     → StopIteration
      callback       http_call_response(token 4, 2 headers, 0 bytes, 0 trailers)
      callout        authn /check: answered
      upstream got   nothing
      client got     nothing
      stalled        Filter "p" returned StopIteration from request headers, and nothing continues the stream. Envoy treats StopIteration as StopAllIteration unless allow_on_headers_stop_iteration is on: the body callbacks that this filter waits for never run. Set allowOnHeadersStopIteration: true."
  `);
});

it("cuts a long stream in the middle", async () => {
  const body = Array.from({ length: 40 }, () => "x");
  const bodies = `${idle}
export function proxy_on_request_body(id: u32, size: u32, end: bool): u32 { return 0; }`;
  const text = check.explain(check.ended(await runOne(bodies, stream({ body })), "reset"));
  expect(text).toContain("… 26 more callbacks …");
  expect(text.split("\n").length).toBeLessThan(25);
});

it("tells a local reply by status, details, body and headers", async () => {
  const exchange = await runOne(guard, stream());
  const holds = (status: number, expectation?: check.LocalReplyExpectation) =>
    check.localReply(exchange, status, expectation).holds;
  expect(holds(401)).toBe(true);
  expect(holds(401, { details: "no_token", body: "den", headers: { "content-length": "6" } })).toBe(true);
  expect(holds(401, { details: /token$/, body: /^denied$/ })).toBe(true);
  expect(holds(403)).toBe(false);
  expect(holds(401, { details: "no" })).toBe(false);
  expect(holds(401, { body: "allowed" })).toBe(false);
  expect(holds(401, { headers: { "www-authenticate": /./ } })).toBe(false);
  expect(check.localReply(await runOne(idle, stream()), 200)).toMatchObject({
    holds: false,
    found: "the client got 200 from the upstream",
  });
});

it("tells whether a request got through, and whole", async () => {
  const through = await runOne(idle, stream());
  expect(check.completed(through).holds).toBe(true);
  expect(check.reachedUpstream(through).holds).toBe(true);
  const refused = await runOne(guard, stream());
  expect(check.reachedUpstream(refused).holds).toBe(false);
  const held = await runOne(idle.replace("return 0", "return 1"), stream());
  expect(check.ended(held, "stalled").holds).toBe(true);
  expect(check.completed(held).holds).toBe(false);
});

it("sees headers by name and text, however often they stand there", async () => {
  const { upstream } = await runOne(
    `
export function proxy_on_request_headers(id: u32, headers: u32, end: bool): u32 {
  add(0, "x-user", "jo"); add(0, "x-user", "zoë");
  return 0;
}`,
    stream(),
  );
  expect(check.headerCheck(upstream, "X-User").holds).toBe(true);
  expect(check.headerCheck(upstream, "x-user", "zoë").holds).toBe(true);
  expect(check.headerCheck(upstream, "x-user", /^z/g).holds).toBe(true);
  expect(check.headerCheck(upstream, "x-user", "z").holds).toBe(false);
  expect(check.headerCount(upstream, "x-user", 2).holds).toBe(true);
  expect(check.headerCount(upstream, "x-other", 0).holds).toBe(true);
  expect(check.headerCount(null, "x-other", 0).holds).toBe(false);
  expect(check.explain(check.headerCheck(upstream, "x-role", "admin"))).toMatchInlineSnapshot(`
    "expected a header x-role: "admin"; there is no x-role among these:
      :authority: example.com
      :path: /
      :method: GET
      :scheme: http
      x-forwarded-proto: http
      x-user: jo
      x-user: zoë"
  `);
});

it("shows the stream of a message that it knows", async () => {
  const exchange = check.rememberMessages(await runOne(idle, stream()));
  expect(check.explain(check.headerCheck(exchange.response, "x-a"))).toContain("client sends   GET http://");
});

it("compares bodies as text, bytes and JSON", async () => {
  const { response } = await runOne(idle, stream({}, { body: ['{"b":1,', '"a":[2]}'] }));
  expect(check.bodyCheck(response, '{"b":1,"a":[2]}').holds).toBe(true);
  expect(check.bodyCheck(response, /"a"/).holds).toBe(true);
  expect(check.bodyCheck(response, { json: { a: [2], b: 1 } }).holds).toBe(true);
  expect(check.bodyCheck(response, { json: { a: [2] } }).holds).toBe(false);
  expect(check.bodyCheck(response, Buffer.from("{")).holds).toBe(false);
  expect(check.trailerCheck(response, "x-end").holds).toBe(false);
});

it("tells a filter that changes something from one that does not", async () => {
  const full = stream(
    { body: ["a"], headers: [["x-user", "jo"]], trailers: [["x-end", "1"]] },
    { body: ["b"], headers: [["set-cookie", "a=1"]] },
  );
  expect(check.passedThrough(await runOne(idle, full)).holds).toBe(true);
  const changing = `
export function proxy_on_request_headers(id: u32, headers: u32, end: bool): u32 {
  replace(0, "x-user", "al"); return 0;
}
export function proxy_on_response_body(id: u32, size: u32, end: bool): u32 {
  if (size > 0) setBuffer(1, 0, 1, "longer");
  return 0;
}`;
  expect(check.passedThrough(await runOne(changing, full)).details).toEqual([
    "request header - x-user: jo",
    "request header + x-user: al",
    "response body of 1 byte became one of 6 bytes",
  ]);
  expect(check.passedThrough(await runOne(guard, full)).holds).toBe(false);
});

it("finds log lines by text and level, of a stream or of the process", async () => {
  const envoy = await start(guard);
  const exchange = await envoy.replay(stream());
  for (const subject of [exchange, envoy]) {
    expect(check.logged(subject, "no token").holds).toBe(true);
    expect(check.logged(subject, /token$/, "info").holds).toBe(true);
    expect(check.logged(subject, "no token", "error").holds).toBe(false);
    expect(check.logged(subject, "a token").holds).toBe(false);
  }
  envoy.stop();
});

it("reads metrics with Envoy's prefix and without", async () => {
  const envoy = await start(`
export function proxy_on_request_headers(id: u32, headers: u32, end: bool): u32 {
  const name = bytes("seen"); const id2 = heap.alloc(4);
  proxy_define_metric(0, address(name), name.byteLength, id2);
  proxy_increment_metric(load<i32>(id2), 2);
  return 0;
}`);
  await envoy.replay(stream());
  expect(check.metric(envoy, "seen", 2).holds).toBe(true);
  expect(check.metric(envoy, "wasmcustom.seen", 2n).holds).toBe(true);
  expect(check.explain(check.metric(envoy, "sen", 2))).toMatchInlineSnapshot(`
    "expected the metric wasmcustom.sen to be 2; there is no such among these:
      wasmcustom.seen (counter): 2"
  `);
  envoy.stop();
});

it("writes the same snapshot whenever it runs, without secrets", async () => {
  const withSecret = stream({ headers: [["authorization", "Bearer abc"]] });
  const [first, second] = await run(caller, [withSecret, withSecret], {
    clusters: { authn: { headers: { "x-user": "jo" } } },
  });
  expect(check.snapshotText(second!)).toBe(check.snapshotText(first!));
  expect(check.snapshotText(first!)).toMatchInlineSnapshot(`
    "outcome: stalled
    upstream: nothing
    response: nothing
    callouts:
      authn /check: answered
        :method: GET
        :path: /check
        :authority: authn
        authorization: <6 bytes>
        x-envoy-internal: true
        x-envoy-expected-rq-timeout-ms: 100
        body: """
  `);
  expect(check.snapshotText(first!.trace)).not.toMatch(/\(.*\b\d{4,}\b.*\)|secret/);
});
