// HTTP callouts as abi.md 7.4 and 8.7 describe them.
import { expect, test } from "vitest";
import { calls, logged, runOne, start } from "../testing/run-filter.js";
import { bodyText, header, stream } from "../testing/streams.js";
import type { Clusters } from "./clusters.js";

/** Asks a cluster about every request and lets it pass, or not. */
const auth = (timeout = 0) => `
  let waiting = 0;
  export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 {
    waiting = id;
    log(httpCall("authn", GET + "|x-token: " + get(REQUEST, "x-token"), "", ${timeout}).toString() + " " + load<u32>(out).toString());
    return STOP;
  }
  export function proxy_on_http_call_response(root: i32, token: i32, headers: i32, size: i32, trailers: i32): void {
    log(get(6, ":status") + " " + buffer(4) + " " + get(7, "x-sum") + " " + lastStatus());
    log(get(REQUEST, ":path"));
    log(proxy_set_effective_context(waiting).toString() + get(REQUEST, ":path") + get(6, ":status"));
    if (get(6, ":status") == "200") proxy_continue_stream(0);
    else reply(403, "denied", "no");
  }`;

test("the answer comes on the root context; with the stream's in effect the request goes on", async () => {
  const exchange = await runOne(auth(), stream({ headers: [["x-token", "t"]] }), {
    clusters: {
      authn: ({ headers }) => ({
        body: headers.find(([name]) => name === "x-token")?.[1] ?? "none",
        headers: { "X-User": "jo" },
        trailers: { "x-sum": "9" },
      }),
    },
  });
  expect(logged(exchange)).toEqual(["0 4", "200 t 9 0 ", "<2>", "0/200"]);
  expect(calls(exchange)).toEqual(["request_headers(2, 6, 1)", "http_call_response(1, 4, 3, 1, 1)"]);
  expect(exchange.outcome.kind).toBe("completed");
  expect(bodyText(exchange.response)).toBe("hello");
  expect(exchange.callouts).toMatchObject([
    { kind: "http", plugin: "p", thread: "worker-0", token: 4, outcome: "answered" },
  ]);
});

test("the answer can be a local reply", async () => {
  const exchange = await runOne(auth(), stream(), { clusters: { authn: { status: 401 } } });
  expect(header(exchange.response, ":status")).toBe("403");
  expect(exchange.upstream).toBeNull();
});

test.each<[string, Clusters, number, string[], string[]]>([
  [
    "an unreachable upstream is a 503 with three headers",
    { authn: "unreachable" },
    0,
    ["503"],
    ["http_call_response(1, 4, 3, 98, 0)"],
  ],
  [
    "an upstream that closes before it answers is a 503 too",
    { authn: "disconnect" },
    0,
    ["503"],
    ["http_call_response(1, 4, 3, 95, 0)"],
  ],
  [
    "a timeout is a 504 with three headers",
    { authn: "timeout" },
    50,
    ["504"],
    ["http_call_response(1, 4, 3, 24, 0)"],
  ],
  [
    "an answer that comes too late is a timeout",
    { authn: { delayMs: 51 } },
    50,
    ["504"],
    ["http_call_response(1, 4, 3, 24, 0)"],
  ],
  [
    "an upstream that breaks off is a callback without headers, and status 11",
    { authn: "reset" },
    0,
    ["<2>"],
    ["http_call_response(1, 4, 0, 0, 0)"],
  ],
])("%s", async (_name, clusters, timeout, statuses, callbacks) => {
  const exchange = await runOne(auth(timeout), stream(), { clusters });
  expect(calls(exchange).slice(1)).toEqual(callbacks);
  expect(logged(exchange)[1]?.split(" ").slice(0, 1)).toEqual(statuses);
  expect(header(exchange.response, ":status")).toBe("403");
});

test("an answer has Envoy's header about the time that it took", async () => {
  const exchange = await runOne(
    auth().replace('get(7, "x-sum")', 'get(6, "x-envoy-upstream-service-time")'),
    stream(),
    { clusters: { authn: { delayMs: 7.5 } } },
  );
  expect(logged(exchange)[1]).toBe("200  7 0 ");
});

test("after a reset the body is not there, the code stays and its text goes", async () => {
  const exchange = await runOne(
    auth() + `export function proxy_on_log(id: i32): void { log(lastStatus()); }`,
    stream(),
    { clusters: { authn: "reset" } },
  );
  expect(logged(exchange)).toEqual(["0 4", "<2> <1> <2> 11 reset", "<2>", "0/<2>", "11 "]);
});

test("without an answer and without a timeout the stream hangs, and says so", async () => {
  const exchange = await runOne(auth(), stream(), { clusters: { authn: "timeout" } });
  expect(exchange.outcome).toMatchObject({
    kind: "stalled",
    explanation: expect.stringContaining('cluster "authn" has had no answer'),
  });
  expect(exchange.callouts).toMatchObject([{ outcome: "cancelled" }]);
});

test("what is not dispatched: every status, and the token is 0", async () => {
  const call = (cluster: string, headers: string, timeout: number) =>
    `store<u32>(out, 99); log(httpCall("${cluster}", ${headers}, "", ${timeout}).toString() + " " + load<u32>(out).toString());`;
  const envoy = await start(
    `export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 {
       ${call("authn", "GET", -1)}
       ${call("nowhere", "GET", 0)}
       ${call("authn", '":method: GET|:path: /"', 0)}
       ${call("authn", '""', 0)}
       ${call("dead", "GET", 0)}
       ${call("authn", "GET", 0)}
       log(proxy_http_call(0xfffffff0, 99, 0, 0, 0, 0, 0, 0, 0, out).toString());
       log(proxy_http_call(0, 0, 0, 0, 0, 0, 0, 0, 0, 0xfffffff0).toString());
       return 0;
     }
     export function proxy_on_http_call_response(root: i32, token: i32, headers: i32, size: i32, trailers: i32): void {}`,
    { clusters: { authn: {}, dead: "no healthy host" } },
  );
  const exchange = await envoy.replay(stream());
  // The call to a cluster without hosts has taken a number.
  expect(logged(exchange)).toEqual(["2 0", "2 0", "2 0", "2 0", "10 0", "0 8", "6", "6"]);
  envoy.advance(10);
  expect(calls(envoy)).toContain("http_call_response(1, 8, 2, 0, 0)");
  expect(envoy.warnings).toEqual([expect.stringContaining('the cluster "nowhere"')]);
  expect(envoy.callouts.map(({ outcome }) => outcome)).toEqual([
    "unknown cluster",
    "no healthy host",
    "answered",
  ]);
});

test("the answer to a stream that has gone still comes, but the stream cannot be made effective", async () => {
  const envoy = await start(
    `let first = 0;
     export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { first = id; httpCall("slow", GET, "", 0); return 0; }
     export function proxy_on_http_call_response(root: i32, token: i32, headers: i32, size: i32, trailers: i32): void {
       log(proxy_set_effective_context(first).toString() + get(REQUEST, ":path")); }`,
    { clusters: { slow: { delayMs: 500 } } },
  );
  await envoy.replay(stream());
  envoy.advance(499);
  expect(logged(envoy)).toEqual([]);
  envoy.advance(1);
  expect(logged(envoy)).toEqual(["2<2>"]);
});

test("what the upstream gets: the filter's headers, the length of the body, Envoy's own", async () => {
  const envoy = await start(
    `export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { httpCall("authn", GET + "|X-A: 1", "body", 250); return 0; }`,
    { clusters: { authn: {} } },
  );
  await envoy.replay(stream());
  expect(envoy.callouts[0]?.request).toEqual({
    cluster: "authn",
    headers: [
      [":method", "GET"],
      [":path", "/check"],
      [":authority", "authn"],
      ["x-a", "1"],
      ["content-length", "4"],
      ["x-envoy-internal", "true"],
      ["x-envoy-expected-rq-timeout-ms", "250"],
    ],
    body: new Uint8Array(Buffer.from("body")),
    trailers: null,
    timeoutMs: 250,
  });
});

test("a length that no body follows keeps the upstream waiting until the timeout", async () => {
  const exchange = await runOne(auth(100).replace("|x-token: ", "|content-length: 3|x-token: "), stream(), {
    clusters: { authn: {} },
  });
  expect(exchange.callouts).toMatchObject([{ outcome: "timeout" }]);
});

test("callouts from configure are answered on the main thread and the worker, not in the canary", async () => {
  const envoy = await start(
    `export function proxy_on_configure(id: i32, size: i32): i32 { log(httpCall("keys", GET, "", 0).toString()); return 1; }
     export function proxy_on_http_call_response(root: i32, token: i32, headers: i32, size: i32, trailers: i32): void { log(buffer(4)); }`,
    { clusters: { keys: { body: "k" } } },
  );
  envoy.advance(1);
  expect(logged(envoy)).toEqual(["0", "0", "0", "k", "k"]);
  expect(envoy.callouts.map(({ thread, outcome }) => `${thread} ${outcome}`)).toEqual([
    "main cancelled",
    "main answered",
    "worker-0 answered",
  ]);
});

test("two streams wait at the same time, and the later one may be answered first", async () => {
  const envoy = await start(
    `const ids = new Map<i32, i32>();
     export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 {
       httpCall("authn", ":method: GET|:path: " + get(REQUEST, ":path") + "|:authority: a", "", 0);
       ids.set(load<u32>(out), id);
       return STOP; }
     export function proxy_on_http_call_response(root: i32, token: i32, headers: i32, size: i32, trailers: i32): void {
       log(token.toString()); proxy_set_effective_context(ids.get(token)); proxy_continue_stream(0); }`,
    {
      clusters: {
        authn: ({ headers }) => ({ delayMs: headers.some(([, value]) => value === "/slow") ? 20 : 10 }),
      },
    },
  );
  const [slow, fast] = await Promise.all([
    envoy.replay(stream({ path: "/slow" })),
    envoy.replay(stream({ path: "/fast" })),
  ]);
  expect([slow.outcome.kind, fast.outcome.kind]).toEqual(["completed", "completed"]);
  expect(logged(envoy)).toEqual(["8", "4"]);
});

test("a callout made in the callback of another gets its own answer", async () => {
  const envoy = await start(
    `export function proxy_on_configure(id: i32, size: i32): i32 { httpCall("a", GET, "", 0); return 1; }
     export function proxy_on_http_call_response(root: i32, token: i32, headers: i32, size: i32, trailers: i32): void {
       log(token.toString()); if (token < 12) httpCall("a", GET, "", 0); }`,
    { clusters: { a: {} } },
  );
  envoy.advance(2);
  expect(logged(envoy)).toEqual(["4", "4", "8", "8"]);
  envoy.advance(100);
  expect(logged(envoy)).toEqual(["4", "4", "8", "8", "12", "12"]);
});
