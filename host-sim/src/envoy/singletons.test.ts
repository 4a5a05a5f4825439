// Plugins of the bootstrap: once, on the main thread (abi.md E.3). Callbacks and order are those of a real Envoy 1.40.
import { expect, test } from "vitest";
import { calls, logged, plugin } from "../testing/run-filter.js";
import { stream } from "../testing/streams.js";
import { Envoy } from "./envoy.js";

const filter = `
  export function proxy_on_context_create(id: i32, parent: i32): void {}
  export function proxy_on_configure(id: i32, size: i32): i32 {
    if (property("plugin_root_id") == "s") { registerQueue("q"); proxy_set_tick_period_milliseconds(100); }
    return 1;
  }
  export function proxy_on_tick(id: i32): void { log("tick"); }
  export function proxy_on_queue_ready(id: i32, token: i32): void {
    const item = dequeue(token);
    log("ready " + item);
    if (item == "trap") unreachable();
  }
  export function proxy_on_done(id: i32): i32 { log("done " + property("plugin_name")); return 1; }
  export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 {
    enqueue(i32(parseInt(resolveQueue("s", "q"))), get(REQUEST, ":path").substring(1));
    return CONTINUE;
  }`;

const on = (thread: string, envoy: Envoy) => ({
  logs: envoy.logs.filter((line) => line.thread === thread),
  trace: envoy.trace.filter((line) => line.thread === thread),
});

test("a singleton starts on the main thread alone, and gets what the workers queue", async () => {
  const envoy = await Envoy.start({
    plugins: [await plugin(filter, { name: "a" })],
    singletons: [await plugin(filter, { name: "s", rootId: "s", vmId: "s" })],
  });
  const starts = (thread: string) => calls(on(thread, envoy)).filter((call) => call.startsWith("configure"));
  // Canary and main thread of the filter, then of the singleton.
  expect(starts("main")).toEqual([
    "configure(1, 0)",
    "configure(1, 0)",
    "configure(1, 0)",
    "configure(1, 0)",
  ]);
  expect(starts("worker-0")).toEqual(["configure(1, 0)"]);
  await envoy.replay(stream({ path: "/one" }));
  envoy.advance(200);
  expect(logged(on("main", envoy))).toEqual(["ready one", "tick", "tick"]);
});

test("one that died stays dead, and its queue keeps what comes", async () => {
  const envoy = await Envoy.start({
    plugins: [await plugin(filter, { name: "a" })],
    singletons: [await plugin(filter, { name: "s", rootId: "s", vmId: "s", failurePolicy: "FAIL_RELOAD" })],
  });
  envoy.advance(5000);
  const before = envoy.logs.length;
  for (const path of ["/trap", "/more"])
    expect((await envoy.replay(stream({ path }))).outcome.kind).toBe("completed");
  envoy.advance(5000);
  const main = on("main", envoy).logs.filter((line) => envoy.logs.indexOf(line) >= before);
  expect(logged({ logs: main })).toEqual([
    "ready trap",
    "Function: proxy_on_queue_ready failed: Uncaught RuntimeError: unreachable",
  ]);
});

test("singletons end last, the last one first, each with its VMs", async () => {
  const named = (name: string, vmId: string) => plugin(filter, { name, vmId });
  const ends = async (vmId: (name: string) => string) => {
    const envoy = await Envoy.start({
      plugins: [await named("a", vmId("a")), await named("b", vmId("b"))],
      singletons: [await named("s", vmId("s")), await named("u", vmId("u"))],
      wasmLogLevel: "debug",
    });
    const before = envoy.logs.length;
    envoy.stop();
    const { logs } = on("main", { logs: envoy.logs.slice(before), trace: [] } as unknown as Envoy);
    return logged({ logs }).map((line) => line.replace(" remaining active", ""));
  };
  expect(await ends((name) => name)).toEqual([
    ...["done b", "~Wasm 7", "done a", "~Wasm 6", "~Wasm 5", "~Wasm 4"],
    ...["done u", "~Wasm 3", "~Wasm 2", "done s", "~Wasm 1", "~Wasm 0"],
  ]);
  expect(await ends(() => "v")).toEqual(["done b", "done a", "done u", "done s", "~Wasm 1", "~Wasm 0"]);
});

test("an update of the listener leaves them alone", async () => {
  const old = await plugin(filter, { name: "a" });
  const envoy = await Envoy.start({
    plugins: [old],
    singletons: [await plugin(filter, { name: "s", vmId: "s" })],
    drainTimeMs: 10,
  });
  expect(envoy.update([{ ...old, configuration: "new" }])).toBe("accepted");
  envoy.advance(100);
  expect(logged(envoy)).toEqual(["done a", "done a"]);
});

test("a singleton that does not start keeps Envoy from starting", async () => {
  const refusing = await plugin(`export function proxy_on_configure(id: i32, size: i32): i32 { return 0; }`, {
    name: "s",
  });
  const plugins = [await plugin(filter, { name: "a" })];
  await expect(Envoy.start({ plugins, singletons: [refusing] })).rejects.toMatchObject({
    code: "ERR_ENVOY_START",
    message: expect.stringContaining("s"),
  });
});
