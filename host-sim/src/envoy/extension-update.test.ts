// Configurations that come by themselves (ECDS, abi.md F.8). Callbacks, VMs and counters are those of a real Envoy 1.40.
import { expect, test } from "vitest";
import { plugin, type PluginParts } from "../testing/run-filter.js";
import { header, stream } from "../testing/streams.js";
import { Envoy } from "./envoy.js";

const filter = `
  export function proxy_on_context_create(id: i32, parent: i32): void {}
  export function proxy_on_configure(id: i32, size: i32): i32 { return buffer(7) == "bad" ? 0 : 1; }
  export function proxy_on_done(id: i32): i32 { return 1; }
  export function proxy_on_delete(id: i32): void {}
  export function proxy_on_log(id: i32): void {}
  export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 {
    if (get(REQUEST, ":path") == "/trap") unreachable();
    return get(REQUEST, ":path") == "/hold" ? STOP : CONTINUE;
  }`;

const dynamic = (configuration: string, parts: PluginParts = {}, source = filter) =>
  plugin(source, { name: "a", vmId: "v", configDiscovery: true, configuration, ...parts });

async function serving(first: string) {
  const envoy = await Envoy.start({ plugins: [await dynamic(first)], wasmLogLevel: "debug" });
  let seen = 0;
  /** What happened since: callbacks and VMs by thread, without the streams' own. */
  const lines = (thread: string) => {
    const all = [...envoy.logs, ...envoy.trace.filter(({ text }) => text.startsWith("[host->vm]"))];
    return all
      .filter((line) => line.sequence >= seen && line.thread === thread)
      .toSorted((a, b) => a.sequence - b.sequence)
      .map(({ text }) => text.replace("[host->vm] ", "").replace("proxy_on_", ""))
      .filter((text) => !/^(malloc|_initialize)/.test(text));
  };
  const mark = () => {
    seen = Math.max(-1, ...[...envoy.logs, ...envoy.trace].map(({ sequence }) => sequence)) + 1;
  };
  mark();
  const counters = () =>
    Object.fromEntries(
      envoy.metrics.map(({ name, value }) => [
        name.replace("extension_config_discovery.http_filter.a.", ""),
        Number(value),
      ]),
    );
  const status = async (path = "/") => header((await envoy.replay(stream({ path }))).response, ":status");
  return { envoy, lines, mark, counters, status };
}

test("a changed configuration is a new root in the same VM; the old one ends with its last stream", async () => {
  const { envoy, lines, mark, counters } = await serving("one");
  const two = await dynamic("two");
  const held = envoy.replay(stream({ path: "/hold" }));
  mark();
  expect(envoy.updateExtension(two)).toBe("accepted");
  await held;
  expect(lines("main")).toEqual([
    ...["Thread-Local Wasm created 4 now active", "context_create(1, 0)", "configure(1, 3)"],
    ...["~Wasm 3 remaining active", "context_create(2, 0)", "configure(2, 3)", "done(1)", "delete(1)"],
  ]);
  expect(lines("worker-0")).toEqual([
    ...["context_create(3, 0)", "configure(3, 3)", "log(2)", "done(2)", "delete(2)", "done(1)", "delete(1)"],
  ]);
  expect(counters()).toEqual({ update_attempt: 2, config_reload: 2, update_success: 2 });
});

test("changed code is new VMs, and the old ones go at once when no stream is in them", async () => {
  const { envoy, lines } = await serving("two");
  envoy.updateExtension(await dynamic("two", {}, filter + "export function more(): void {}"));
  expect(lines("worker-0")).toEqual([
    ...["Thread-Local Wasm created 6 now active", "context_create(1, 0)", "configure(1, 3)"],
    ...["done(1)", "delete(1)", "~Wasm 5 remaining active"],
  ]);
  expect(lines("main").slice(-4)).toEqual([
    ...["done(1)", "delete(1)", "~Wasm 4 remaining active", "~Wasm 3 remaining active"],
  ]);
});

test("the same configuration once more is a success without a callback, even when it was refused before", async () => {
  const { envoy, lines, mark, counters, status } = await serving("one");
  expect(envoy.updateExtension(await dynamic("one"))).toBe("accepted");
  expect(envoy.updateExtension(await dynamic("bad"))).toBe("rejected");
  expect(lines("main")).toEqual([
    ...["Thread-Local Wasm created 4 now active", "context_create(1, 0)", "configure(1, 3)"],
    ...["Wasm VM failed Failed to configure base Wasm plugin", "~Wasm 3 remaining active"],
    ...["Plugin a failed to load", "Plugin configured to fail closed failed to load"],
  ]);
  mark();
  expect(envoy.updateExtension(await dynamic("bad"))).toBe("accepted");
  expect([...lines("main"), ...lines("worker-0")]).toEqual([]);
  expect(await status()).toBe("200");
  expect(counters()).toEqual({
    ...{ update_attempt: 4, config_reload: 2, update_success: 3 },
    ...{ update_rejected: 1, config_fail: 1 },
  });
});

test("without a first configuration every request is a 500, until a good one comes", async () => {
  const { envoy, lines, counters, status } = await serving("bad");
  expect(counters()).toEqual({ update_attempt: 1, config_reload: 1, update_rejected: 1, config_fail: 1 });
  expect(await status()).toBe("500");
  expect(lines("worker-0")).toEqual([]);
  expect(envoy.updateExtension(await dynamic("two"))).toBe("accepted");
  expect(await status()).toBe("200");
});

test("a filter before the missing one sees the request and the 500, one behind it nothing but the end", async () => {
  const told = (name: string) => plugin(filter, { name, vmId: name });
  const envoy = await Envoy.start({
    plugins: [await told("before"), await dynamic("bad"), await told("behind")],
  });
  const { trace, response } = await envoy.replay(stream());
  expect(header(response, ":status")).toBe("500");
  const callbacks = trace
    .filter(({ text }) => text.startsWith("[host->vm] proxy_on"))
    .map(({ text }) => text.slice(20));
  expect(callbacks).toEqual([
    ...["context_create(2, 1)", "request_headers(2, 5, 1)", "log(2)", "context_create(2, 1)", "log(2)"],
    ...["done(2)", "delete(2)", "done(2)", "delete(2)"],
  ]);
});

test("the configuration of a plugin whose VM has died does not revive it, another one does", async () => {
  const { envoy, lines, mark, status } = await serving("one");
  expect(await status("/trap")).toBe("503");
  envoy.updateExtension(await dynamic("one"));
  expect(await status()).toBe("503");
  mark();
  envoy.updateExtension(await dynamic("three"));
  expect(await status()).toBe("200");
  expect(lines("worker-0").slice(0, 4)).toEqual([
    ...["Thread-Local Wasm created 4 now active", "context_create(1, 0)", "configure(1, 5)"],
    "~Wasm 3 remaining active",
  ]);
});

test("a verdict of the canary holds as long as the base VM of its module", async () => {
  const { envoy, lines, mark } = await serving("bad");
  const triesOf = async (configuration: string) => {
    mark();
    envoy.updateExtension(await dynamic(configuration));
    return lines("main").filter((line) => line.startsWith("configure")).length;
  };
  // The canary, then the main thread; the refused one has left with its base VM, and is tried again.
  expect([await triesOf("one"), await triesOf("bad")]).toEqual([2, 1]);
  expect([await triesOf("one"), await triesOf("bad")]).toEqual([0, 0]);
});

test("only what is declared for it can be sent", async () => {
  const { envoy } = await serving("one");
  const other = await plugin(filter, { name: "b" });
  expect(() => envoy.updateExtension(other)).toThrow('There is no plugin "b" with configDiscovery.');
  const network = dynamic("one", { kind: "network" });
  await expect(Envoy.start({ plugins: [await network] })).rejects.toThrow(
    "configDiscovery is for HTTP filters",
  );
});
