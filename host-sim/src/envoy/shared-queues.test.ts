// Shared queues (abi.md 7.3, E.3).
import { expect, test } from "vitest";
import { calls, logged, plugin, start } from "../testing/run-filter.js";
import { stream } from "../testing/streams.js";
import { Envoy } from "./envoy.js";

const consumer = `
  export function proxy_on_configure(id: i32, size: i32): i32 { log("token " + registerQueue("q").toString()); return 1; }
  export function proxy_on_queue_ready(root: i32, token: i32): void { log("ready " + token.toString() + " " + dequeue(token)); }`;

test("an item is announced after the callback that enqueued it, to the last that registered", async () => {
  const envoy = await start(
    consumer +
      `export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 {
         log(enqueue(1, "a").toString() + enqueue(1, "b").toString() + enqueue(9, "c").toString()); return 0; }`,
    { workers: 2 },
  );
  // Canary, main thread, two workers: one queue.
  expect(logged(envoy)).toEqual(["token 1", "token 1", "token 1", "token 1"]);
  const exchange = await envoy.replay(stream(), { worker: 0 });
  expect(exchange.logs.map(({ thread, text }) => `${thread} ${text.replace(/^.*: /, "")}`)).toEqual([
    "worker-0 001",
    "worker-1 ready 1 a",
    "worker-1 ready 1 b",
  ]);
});

test("a callback that takes everything leaves empty ones behind", async () => {
  const envoy = await start(
    `export function proxy_on_configure(id: i32, size: i32): i32 { registerQueue("q"); return 1; }
     export function proxy_on_queue_ready(root: i32, token: i32): void { log(dequeue(token) + dequeue(token) + dequeue(7)); }
     export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { enqueue(1, "a"); enqueue(1, ""); return 0; }`,
  );
  await envoy.replay(stream());
  expect(logged(envoy)).toEqual(["a<1>", "<7><7><1>"]);
});

test("another vm_id's queue is found by its name once it exists; an empty vm_id is the own one", async () => {
  const producer = `export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 {
    log(resolveQueue("other", "q") + resolveQueue("", "q") + resolveQueue("other", "none"));
    enqueue(load<i32>(out), "x");
    return 0; }`;
  const envoy = await Envoy.start({
    plugins: [
      await plugin(producer, { vmId: "own" }),
      await plugin(consumer, { name: "consumer", vmId: "other" }),
    ],
  });
  const exchange = await envoy.replay(stream());
  expect(logged(exchange)[0]).toBe("1<1><1>");
});

test("registering from a stream registers for its root", async () => {
  const envoy = await start(
    `export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { enqueue(registerQueue("q"), "a"); return 0; }
     export function proxy_on_queue_ready(root: i32, token: i32): void { log(dequeue(token)); }`,
  );
  const exchange = await envoy.replay(stream());
  expect(calls(exchange)).toEqual(["request_headers(2, 5, 1)", "queue_ready(1, 1)"]);
  expect(logged(exchange)).toEqual(["a"]);
});

test("a dead VM is not told, and the items stay", async () => {
  const envoy = await Envoy.start({
    plugins: [
      await plugin(
        `export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { log(enqueue(1, "a").toString()); return 0; }`,
        { vmId: "v" },
      ),
      await plugin(
        consumer +
          `export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { unreachable(); return 0; }`,
        { name: "dies", vmId: "v" },
      ),
    ],
  });
  const exchange = await envoy.replay(stream());
  expect(logged(exchange)[0]).toBe("0");
  expect(calls(exchange).filter((call) => call.startsWith("queue_ready"))).toEqual([]);
});

test("a stream that waits for an item is resumed from the queue's callback", async () => {
  const envoy = await start(
    `let held = 0;
     export function proxy_on_configure(id: i32, size: i32): i32 { registerQueue("q"); return 1; }
     export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { held = id; enqueue(1, "go"); return STOP; }
     export function proxy_on_queue_ready(root: i32, token: i32): void { proxy_set_effective_context(held); log(dequeue(token)); proxy_continue_stream(0); }`,
  );
  const exchange = await envoy.replay(stream());
  expect(exchange.outcome.kind).toBe("completed");
  expect(envoy.now).toBe(0);
});

test("queues and data of a vm_id go with its last VM", async () => {
  const source = `export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 {
    log(resolveQueue("old", "q")); return 0; }`;
  const envoy = await Envoy.start({
    plugins: [await plugin(source, { name: "asks", vmId: "own" }), await plugin(consumer, { vmId: "old" })],
    drainTimeMs: 10,
  });
  expect(logged(await envoy.replay(stream()))).toEqual(["1"]);
  envoy.update([await plugin(source, { name: "asks", vmId: "own" })]);
  expect(logged(await envoy.replay(stream()))).toEqual(["1"]);
  envoy.advance(10);
  expect(logged(await envoy.replay(stream()))).toEqual(["<1>"]);
});

test("shared data: plugins with one vm_id share it across VMs and threads, others do not see it", async () => {
  const source = `export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 {
    const key = bytes("k");
    const status = proxy_get_shared_data(address(key), 1, out, out + 4, out + 8);
    log(status.toString() + " " + load<u32>(out, 8).toString());
    proxy_set_shared_data(address(key), 1, address(key), 1, 0);
    return 0; }`;
  const envoy = await Envoy.start({
    plugins: [
      await plugin(source, { name: "a", vmId: "v" }),
      await plugin(source + "export function other(): void {}", { name: "b", vmId: "v" }),
      await plugin(source, { name: "c", vmId: "w" }),
    ],
    workers: 2,
  });
  expect(logged(await envoy.replay(stream(), { worker: 0 }))).toEqual(["1 0", "0 1", "1 0"]);
  expect(logged(await envoy.replay(stream(), { worker: 1 }))).toEqual(["0 2", "0 4", "0 3"]);
});
