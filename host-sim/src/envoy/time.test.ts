// Simulated time: timers, the clock, and what is done later than asked (abi.md 5.3, 5.10, E.3, E.9, E.11).
import { expect, test } from "vitest";
import { calls, logged, plugin, runOne, start } from "../testing/run-filter.js";
import { bodyText, header, stream } from "../testing/streams.js";
import { Envoy } from "./envoy.js";

const onTick = (source: string) => `export function proxy_on_tick(id: i32): void { ${source} }`;
const period = (milliseconds: string) =>
  `export function proxy_on_configure(id: i32, size: i32): i32 { proxy_set_tick_period_milliseconds(${milliseconds}); return 1; }`;
const workerLogs = (envoy: Envoy) => logged({ logs: envoy.logs.filter(({ thread }) => thread !== "main") });

test("a timer runs in the main thread and in each worker, once a period", async () => {
  const envoy = await start(period("100") + onTick('log("tick")'), { workers: 2 });
  envoy.advance(99);
  expect(envoy.logs).toEqual([]);
  envoy.advance(1);
  expect(envoy.logs.map(({ thread }) => thread)).toEqual(["main", "worker-0", "worker-1"]);
  envoy.advance(300);
  expect(envoy.logs).toHaveLength(12);
});

test("0 stops the timer, a new period counts from the end of the callback", async () => {
  const envoy = await start(
    `let ticks = 0;` +
      period("10") +
      onTick(`ticks++; log(ticks.toString()); proxy_set_tick_period_milliseconds(ticks == 1 ? 50 : 0);`),
  );
  envoy.advance(10);
  envoy.advance(49);
  expect(workerLogs(envoy)).toEqual(["1"]);
  envoy.advance(1);
  envoy.advance(1000);
  expect(workerLogs(envoy)).toEqual(["1", "2"]);
});

test("a stream sets the period of its root and starts a stopped timer", async () => {
  const envoy = await start(
    `export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { proxy_set_tick_period_milliseconds(5); return 0; }` +
      onTick(`log(id.toString())`),
  );
  await envoy.replay(stream());
  envoy.advance(5);
  expect(logged(envoy)).toEqual(["1"]);
});

test("each plugin of a VM has a timer of its own", async () => {
  const source = period(`property("plugin_name") == "a" ? 10 : 15`) + onTick(`log(property("plugin_name"))`);
  const envoy = await Envoy.start({
    plugins: [await plugin(source, { name: "a" }), await plugin(source, { name: "b" })],
  });
  envoy.advance(30);
  expect(workerLogs(envoy)).toEqual(["a", "b", "a", "b", "a"]);
});

test("the clock stands still unless time is made to pass", async () => {
  const envoy = await start(
    `export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { proxy_get_current_time_nanoseconds(out); log((load<u64>(out) / 1000000).toString()); return 0; }`,
    { clock: { wallNanoseconds: () => 1_000_000_000n, monotonicNanoseconds: () => 0n } },
  );
  await envoy.replay(stream());
  envoy.advance(1500);
  await envoy.replay(stream());
  expect(logged(envoy)).toEqual(["1000", "2500"]);
  expect(envoy.now).toBe(1500);
});

const holding = (callback: string, direction: number) => `
  let held = 0;
  let ticks = 0;
  ${callback.replace("HOLD", "held = id; proxy_set_tick_period_milliseconds(10); return STOP;")}
  ${onTick(`if (held == 0) return; proxy_set_effective_context(held); held = 0; proxy_set_tick_period_milliseconds(0); log("resume"); proxy_continue_stream(${direction});`)}`;

test.each([
  [
    "request headers",
    0,
    "export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { HOLD }",
    ["request_headers(2, 5, 0)", "tick(1)"],
  ],
  [
    "a request body",
    0,
    "export function proxy_on_request_body(id: i32, size: i32, end: i32): i32 { if (end) { HOLD } return STOP; }",
    ["request_body(2, 6, 0)", "request_body(2, 12, 0)", "request_body(2, 12, 1)", "tick(1)"],
  ],
  [
    "response headers",
    1,
    "export function proxy_on_response_headers(id: i32, n: i32, end: i32): i32 { HOLD }",
    ["response_headers(2, 2, 0)", "tick(1)"],
  ],
  [
    "a response body",
    1,
    "export function proxy_on_response_body(id: i32, size: i32, end: i32): i32 { if (end) { HOLD } return STOP; }",
    ["response_body(2, 5, 0)", "response_body(2, 5, 1)", "tick(1)"],
  ],
])("held %s go on from a timer", async (_what, direction, callback, expected) => {
  const exchange = await runOne(holding(callback, direction), stream({ body: ["Hello ", "World!"] }));
  expect(exchange.outcome.kind).toBe("completed");
  expect(calls(exchange)).toEqual(expected);
  expect(bodyText(exchange.upstream)).toBe("Hello World!");
  expect(bodyText(exchange.response)).toBe("hello");
});

test("after request headers went on from a timer the body callbacks follow, in one piece", async () => {
  const exchange = await runOne(
    holding("export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { HOLD }", 0) +
      `export function proxy_on_request_body(id: i32, size: i32, end: i32): i32 { return 0; }`,
    stream({ body: ["Hello ", "World!"] }),
  );
  expect(calls(exchange)).toEqual(["request_headers(2, 5, 0)", "tick(1)", "request_body(2, 12, 1)"]);
});

test("a timer can close a stream or answer it", async () => {
  const source = (action: string) =>
    `let held = 0;
     export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { held = id; proxy_set_tick_period_milliseconds(10); return STOP; }` +
    onTick(`if (held == 0) return; proxy_set_effective_context(held); held = 0; ${action}`);
  const closed = await runOne(source("proxy_close_stream(0);"), stream());
  expect(closed.outcome.kind).toBe("reset");
  expect(closed.responseCodeDetails).toBe("wasm_close_stream");
  const answered = await runOne(source('reply(429, "slow_down", "later");'), stream());
  expect(header(answered.response, ":status")).toBe("429");
});

test("a stream that nothing but a timer could move is given up after a while", async () => {
  const exchange = await runOne(
    period("10") +
      onTick("") +
      `export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { return STOP; }`,
    stream(),
  );
  expect(exchange.outcome.kind).toBe("stalled");
});

test("time passes while a stream waits, and the test can look at it in between", async () => {
  const envoy = await start(
    `let held = 0;
     export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { held = id; proxy_set_tick_period_milliseconds(100); return STOP; }` +
      onTick(`proxy_set_effective_context(held); proxy_continue_stream(0);`),
  );
  const pending = envoy.replay(stream());
  envoy.advance(99);
  expect(calls(envoy)).toEqual(["request_headers(2, 5, 1)"]);
  envoy.advance(1);
  expect(calls(envoy)).toEqual(["request_headers(2, 5, 1)", "tick(1)"]);
  expect((await pending).outcome.kind).toBe("completed");
});

test("a trap in a timer callback stops the timer and later streams, not the process", async () => {
  const envoy = await start(period("10") + onTick("unreachable();"));
  envoy.advance(100);
  expect(logged(envoy)).toEqual([
    "Function: proxy_on_tick failed: Uncaught RuntimeError: unreachable",
    "Function: proxy_on_tick failed: Uncaught RuntimeError: unreachable",
  ]);
  expect(header((await envoy.replay(stream())).response, ":status")).toBe("503");
});

test("what ends a real Envoy between streams makes advance throw", async () => {
  const envoy = await start(period("10") + onTick("envoy_resolve_dns(0, 0, out);"));
  expect(() => envoy.advance(10)).toThrow("looked up the name");
  expect(envoy.warnings).toEqual([expect.stringContaining("main was started anew after advance(10)")]);
  expect(() => envoy.advance(-1)).toThrow("Time cannot advance");
});

test("proxy_done means nothing where nothing is pending", async () => {
  const envoy = await start(
    `export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { log(proxy_done().toString()); return 0; }
     export function proxy_on_done(id: i32): i32 { log(proxy_done().toString()); return id == 1 ? 0 : 1; }
     export function proxy_on_delete(id: i32): void {}`,
  );
  await envoy.replay(stream());
  envoy.stop();
  // The stream's two, then the roots', which wait for ever at the end of the process.
  expect(logged(envoy)).toEqual(["1", "1", "1", "1"]);
  expect(calls(envoy).filter((call) => call.startsWith("delete"))).toEqual(["delete(2)"]);
});

test("hours of ticks are no callback that does not return", async () => {
  const envoy = await start(
    `let ticks = 0;` + period("10") + onTick(`ticks++; if (ticks % 100000 == 0) log(ticks.toString());`),
    {
      callbackTimeoutMs: 500,
    },
  );
  envoy.advance(1_000_000);
  expect(logged(envoy)).toEqual(["100000", "100000"]);
});

test("streams on two workers: the one whose filter fails takes only its own worker along", async () => {
  const envoy = await start(
    `let held = 0;
     export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { held = id; proxy_set_tick_period_milliseconds(get(REQUEST, ":path") == "/dns" ? 10 : 20); return STOP; }` +
      onTick(`if (held == 0) return; proxy_set_effective_context(held); held = 0;
        if (get(REQUEST, ":path") == "/dns") envoy_resolve_dns(0, 0, out); proxy_continue_stream(0);`),
    { workers: 2 },
  );
  const [good, bad] = await Promise.all([
    envoy.replay(stream(), { worker: 0 }),
    envoy.replay(stream({ path: "/dns" }), { worker: 1 }),
  ]);
  expect([good.outcome.kind, bad.outcome.kind]).toEqual(["completed", "failed"]);
  expect(envoy.warnings).toEqual([expect.stringContaining("worker-1 was started anew")]);
});
