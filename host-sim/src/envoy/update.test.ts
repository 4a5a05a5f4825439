// Updates of the configuration and the end of what they replace (abi.md 5.3, E.11).
import { expect, test } from "vitest";
import { calls, logged, plugin, start } from "../testing/run-filter.js";
import { bodyText, header, stream } from "../testing/streams.js";
import type { PluginParts } from "../testing/run-filter.js";
import { Envoy } from "./envoy.js";
import type { EnvoyOptions } from "./envoy-options.js";

const lifecycle = `
  export function proxy_on_context_create(id: i32, parent: i32): void {}
  export function proxy_on_configure(id: i32, size: i32): i32 { return buffer(PLUGIN_CONFIGURATION) == "bad" ? 0 : 1; }
  export function proxy_on_done(id: i32): i32 { return 1; }
  export function proxy_on_delete(id: i32): void {}
  export function proxy_on_log(id: i32): void {}
  let held = 0;
  export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 {
    if (get(REQUEST, ":path") == "/hold") { held = id; return STOP; }
    return CONTINUE;
  }`;

/** Runs an update of the only plugin's configuration and gives the callbacks of the worker since. */
async function updating(source: string, parts: PluginParts & Partial<EnvoyOptions> = {}) {
  const old = await plugin(source, { configuration: "a", ...parts });
  const envoy = await Envoy.start({ plugins: [old], drainTimeMs: 100, ...parts });
  let seen = 0;
  const workerCalls = () => {
    const lines = envoy.trace.filter(({ thread }) => thread === "worker-0");
    const since = calls({ trace: lines.slice(seen) });
    seen = lines.length;
    return since;
  };
  workerCalls();
  return { envoy, old, workerCalls };
}

test("a changed configuration is a new root in the same VM; the old one ends when it has drained", async () => {
  const { envoy, old, workerCalls } = await updating(lifecycle);
  const pending = envoy.replay(stream({ path: "/hold" }), { clientTimeoutMs: 1000 });
  expect(workerCalls()).toEqual(["context_create(2, 1)", "request_headers(2, 5, 1)"]);
  expect(envoy.update([{ ...old, configuration: "b" }])).toBe("accepted");
  expect(workerCalls()).toEqual(["context_create(3, 0)", "configure(3, 1)"]);
  const other = envoy.replay(stream());
  expect(workerCalls()[0]).toBe("context_create(4, 3)");
  envoy.advance(100);
  expect(workerCalls()).toEqual(["log(2)", "done(2)", "delete(2)", "done(1)", "delete(1)"]);
  const held = await pending;
  expect(held.outcome).toMatchObject({
    kind: "reset",
    explanation: expect.stringContaining("filter_chain_is_being_removed"),
  });
  expect(bodyText((await other).response)).toBe("hello");
  envoy.stop();
  expect(workerCalls().slice(-2)).toEqual(["done(3)", "delete(3)"]);
});

test("an update that changes nothing calls nobody", async () => {
  const { envoy, old, workerCalls } = await updating(lifecycle);
  expect(envoy.update([{ ...old }])).toBe("accepted");
  envoy.advance(1000);
  expect(workerCalls()).toEqual([]);
});

test("a plugin that refuses its configuration is refused by the canary, and everything stays", async () => {
  const { envoy, old, workerCalls } = await updating(lifecycle);
  expect(envoy.update([{ ...old, configuration: "bad" }])).toBe("rejected");
  expect(workerCalls()).toEqual([]);
  expect(envoy.logs.map(({ thread, text }) => `${thread} ${text}`)).toEqual([
    "main Wasm VM failed Failed to configure base Wasm plugin",
    "main Plugin p failed to load",
    "main Plugin configured to fail closed failed to load",
    "worker-0 Plugin configured to fail closed failed to load",
  ]);
  expect(header((await envoy.replay(stream())).response, ":status")).toBe("200");
});

test("changed code is another VM; the old one goes with its root", async () => {
  const { envoy, workerCalls } = await updating(lifecycle, { wasmLogLevel: "debug" });
  envoy.update([await plugin(lifecycle + "export function more(): void {}", { configuration: "a" })]);
  expect(workerCalls()).toEqual(["context_create(1, 0)", "configure(1, 1)"]);
  const before = envoy.logs.length;
  envoy.advance(100);
  expect(workerCalls()).toEqual(["done(1)", "delete(1)"]);
  expect(envoy.logs.slice(before).map(({ thread, text }) => `${thread} ${text}`)).toEqual([
    "worker-0 ~Wasm 5 remaining active",
    "main ~Wasm 4 remaining active",
    "main ~Wasm 3 remaining active",
  ]);
});

test("plugins that are equal in everything share a root, whatever they are used for", async () => {
  const source = `export function proxy_on_configure(id: i32, size: i32): i32 { log(id.toString()); return 1; }`;
  const one = await plugin(source);
  const others = [
    { ...one, kind: "network" },
    { ...one, kind: "access-logger" },
    { ...one, failurePolicy: "FAIL_CLOSED" },
    { ...one, allowOnHeadersStopIteration: true },
    { ...one, configuration: new Uint8Array() },
  ] as const;
  const envoy = await Envoy.start({ plugins: [one, one, ...others] });
  expect(logged({ logs: envoy.logs.filter(({ thread }) => thread === "worker-0") })).toEqual([
    ...["1", "2", "3", "4"],
  ]);
});

test("a Struct arrives as protobuf, as a configuration of plugin and VM alike", async () => {
  const hex = `
    function hex(type: i32): string {
      proxy_get_buffer_bytes(type, 0, i32.MAX_VALUE, out, out + 4);
      let text = "";
      for (let i: u32 = 0; i < load<u32>(out, 4); i++) text += load<u8>(load<u32>(out) + i).toString(16).padStart(2, "0");
      return text;
    }
    export function proxy_on_configure(id: i32, size: i32): i32 { log(hex(7) + " " + hex(6)); return 1; }`;
  const base = await plugin(hex);
  const vmConfig = { ...base.vmConfig, configuration: { struct: { x: "y" } } };
  const struct = { b: 1, a: "x", zeta: [true, null, { k: "v" }] };
  const envoy = await Envoy.start({ plugins: [{ ...base, vmConfig, configuration: { struct } }] });
  expect(logged(envoy)[0]).toBe(
    "0a0e0a0162120911000000000000f03f0a080a016112031a01780a200a047a657461121832160a0220010a0208000a0c2a0a0a080a016b12031a0176 0a080a017812031a0179",
  );
});

const delayed = `
  export function proxy_on_configure(id: i32, size: i32): i32 { proxy_set_tick_period_milliseconds(10); return 1; }
  let done = 0;
  export function proxy_on_done(id: i32): i32 { done = id; return 0; }
  export function proxy_on_tick(id: i32): void { if (id == done) log(proxy_done().toString() + proxy_done().toString()); }
  export function proxy_on_delete(id: i32): void {}`;

test("a root that asks to wait goes on until proxy_done, and is deleted after that callback", async () => {
  const { envoy, old, workerCalls } = await updating(delayed);
  envoy.update([{ ...old, configuration: "b" }]);
  envoy.advance(99);
  workerCalls();
  envoy.advance(1);
  expect(workerCalls()).toEqual(["done(1)", "tick(1)", "delete(1)", "tick(2)"]);
  // The second of two calls finds nothing to be done.
  expect(logged(envoy)).toEqual(["01", "01"]);
  envoy.advance(10);
  expect(workerCalls()).toEqual(["tick(2)"]);
});

test("what a waiting root has called is still answered", async () => {
  const envoy = await start(
    `export function proxy_on_done(id: i32): i32 { httpCall("bye", GET, "", 0); return 0; }
     export function proxy_on_http_call_response(root: i32, token: i32, headers: i32, size: i32, trailers: i32): void { proxy_done(); }
     export function proxy_on_delete(id: i32): void { log("deleted"); }`,
    { clusters: { bye: {} }, drainTimeMs: 100 },
  );
  envoy.update([await plugin("", { name: "other" })]);
  envoy.advance(100);
  expect(logged(envoy)).toEqual([]);
  envoy.advance(1);
  expect(logged(envoy)).toEqual(["deleted", "deleted"]);
});

test("callouts die with their root", async () => {
  const envoy = await start(
    `export function proxy_on_configure(id: i32, size: i32): i32 { httpCall("slow", GET, "", 0); return 1; }
     export function proxy_on_http_call_response(root: i32, token: i32, headers: i32, size: i32, trailers: i32): void { log("late"); }`,
    { clusters: { slow: { delayMs: 500 } }, drainTimeMs: 100 },
  );
  envoy.update([await plugin("", { name: "other" })]);
  envoy.advance(1000);
  expect(logged(envoy)).toEqual([]);
  expect(envoy.callouts.map(({ outcome }) => outcome)).toEqual(["cancelled", "cancelled", "cancelled"]);
});
