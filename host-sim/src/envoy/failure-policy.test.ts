// What a dead VM does to streams under each failure policy (abi.md 11, E.5, F.9). The lines are those of a real Envoy 1.40.
import { expect, test } from "vitest";
import { logged, plugin, type PluginParts } from "../testing/run-filter.js";
import { header, stream } from "../testing/streams.js";
import type { EnvoyOptions } from "./envoy-options.js";
import { Envoy } from "./envoy.js";
import type { FailurePolicy } from "./failure-policy.js";
import type { PluginConfig } from "./plugin-config.js";

const filter = `
  export function proxy_on_context_create(id: i32, parent: i32): void {}
  export function proxy_on_configure(id: i32, size: i32): i32 { return 1; }
  export function proxy_on_done(id: i32): i32 { return 1; }
  export function proxy_on_delete(id: i32): void {}
  export function proxy_on_log(id: i32): void {}
  export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 {
    const trap = get(REQUEST, "x-trap");
    if (trap == property("plugin_name")) unreachable();
    return get(REQUEST, ":path") == "/hold" ? STOP : CONTINUE;
  }
  export function proxy_on_response_headers(id: i32, n: i32, end: i32): i32 { return CONTINUE; }`;

const trap = (name = "p") => stream({ headers: [["x-trap", name]] });

const reload = (baseIntervalMs: number): Partial<PluginConfig> => ({
  failurePolicy: "FAIL_RELOAD",
  reloadConfig: { backoff: { baseIntervalMs } },
});

/** An Envoy and what its worker does from now on: callbacks, and the coming and going of VMs. */
async function serving(plugins: readonly PluginConfig[], options: Partial<EnvoyOptions> = {}) {
  const envoy = await Envoy.start({ plugins, wasmLogLevel: "debug", ...options });
  let seen = 0;
  const lines = () => {
    const all = [...envoy.logs, ...envoy.trace.filter(({ text }) => text.startsWith("[host->vm]"))]
      .filter(({ thread }) => thread === "worker-0")
      .toSorted((a, b) => a.sequence - b.sequence)
      .map(({ text }) => text.replace("[host->vm] ", "").replace("proxy_on_", ""))
      .filter((text) => !text.startsWith("malloc"));
    const since = all.slice(seen);
    seen = all.length;
    return since;
  };
  lines();
  const status = async (recorded = stream()) =>
    header((await envoy.replay(recorded)).response, ":status") ?? "none";
  return { envoy, lines, status };
}

const trapped = "Function: request_headers failed: Uncaught RuntimeError: unreachable";
const both = ["log(2)", "log(4)", "done(2)", "delete(2)", "done(4)", "delete(4)"];

test("FAIL_RELOAD: plugins of one VM die together, and each gets its new root in the same new VM", async () => {
  const shared = { ...reload(200), vmId: "v" };
  const { envoy, lines, status } = await serving([
    await plugin(filter, { name: "a", ...shared }),
    await plugin(filter, { name: "b", ...shared }),
  ]);
  envoy.advance(400);
  expect(await status()).toBe("200");
  lines();
  expect(await status(trap("b"))).toBe("503");
  expect(lines()).toEqual([
    ...["context_create(5, 1)", "request_headers(5, 6, 1)"],
    ...["context_create(6, 2)", "request_headers(6, 6, 1)", trapped],
  ]);
  expect(await status()).toBe("200");
  expect(lines()).toEqual([
    ...["Thread-Local Wasm created 4 now active", "_initialize()", "context_create(1, 0)", "configure(1, 0)"],
    // The stream's context of the first filter has its id before the second plugin is started again.
    ...["context_create(3, 0)", "configure(3, 0)", "~Wasm 3 remaining active"],
    ...[
      "context_create(2, 1)",
      "request_headers(2, 5, 1)",
      "context_create(4, 3)",
      "request_headers(4, 5, 1)",
    ],
    ...["response_headers(4, 2, 0)", "response_headers(2, 2, 0)", ...both],
  ]);
  expect(await status(trap("a"))).toBe("503");
  expect(await status()).toBe("503");
  lines();
  envoy.stop();
  expect(lines()).toEqual(["~Wasm 2 remaining active"]);
  expect(envoy.metrics.map(({ name, value }) => `${name} ${value}`)).toEqual([
    ...["wasm.a.vm_reload_success 1", "wasm.b.vm_reload_success 1"],
    ...["wasm.a.vm_reload_backoff 1", "wasm.b.vm_reload_backoff 1"],
  ]);
});

test("FAIL_RELOAD beside FAIL_CLOSED: the one lives again, the other stays in the dead VM", async () => {
  const { envoy, lines, status } = await serving([
    await plugin(filter, { name: "a", ...reload(200), vmId: "v" }),
    await plugin(filter, { name: "b", vmId: "v" }),
  ]);
  envoy.advance(400);
  expect(await status(trap("b"))).toBe("503");
  lines();
  expect(await status()).toBe("503");
  expect(lines()).toEqual([
    ...["Thread-Local Wasm created 4 now active", "_initialize()", "context_create(1, 0)", "configure(1, 0)"],
    ...["context_create(2, 1)", "request_headers(2, 5, 1)", "response_headers(2, 1, 1)"],
    ...["log(2)", "done(2)", "delete(2)"],
  ]);
  envoy.stop();
  expect(lines()).toEqual([
    ...["~Wasm 3 remaining active", "done(1)", "delete(1)", "~Wasm 2 remaining active"],
  ]);
});

test("FAIL_RELOAD: the clock starts at the last start, and the wait is once to one and a half times the base", async () => {
  const waits = await Promise.all(
    [1, 2, 3, 4, 5, 6].map(async (seed) => {
      const { envoy, status } = await serving([await plugin(filter, reload(1000))], { seed });
      let waited = 0;
      await status(trap());
      for (; (await status()) === "503"; waited += 10) envoy.advance(10);
      return waited;
    }),
  );
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(1000);
  expect(Math.max(...waits)).toBeLessThanOrEqual(1500);
  expect(new Set(waits).size).toBeGreaterThan(1);
});

test("FAIL_RELOAD: a stream that a dead VM holds stays in it, and the VM with the stream", async () => {
  const { envoy, lines } = await serving([await plugin(filter, reload(1))]);
  envoy.advance(10);
  const held = envoy.replay(stream({ path: "/hold" }));
  const failing = envoy.replay(trap());
  const later = envoy.replay(stream());
  expect(lines()).not.toContain("~Wasm 3 remaining active");
  expect((await held).outcome.kind).toBe("stalled");
  expect(lines()).toEqual(["~Wasm 3 remaining active"]);
  const answers = [await failing, await later].map(({ response }) => header(response, ":status"));
  expect(answers).toEqual(["503", "200"]);
});

test("FAIL_OPEN: the stream that traps gets a 503, those that come later pass the filter by", async () => {
  const open: PluginParts[] = [{ failurePolicy: "FAIL_OPEN" }, { failOpen: true }];
  for (const parts of open) {
    const { lines, status } = await serving([await plugin(filter, parts)]);
    expect(await status(trap())).toBe("503");
    lines();
    expect(await status()).toBe("200");
    expect(lines()).toEqual([]);
  }
});

test.each<FailurePolicy>(["FAIL_CLOSED", "FAIL_OPEN", "FAIL_RELOAD"])(
  "%s: a stream that is paused when the VM dies is never resumed, logged or deleted",
  async (failurePolicy) => {
    const { envoy, lines } = await serving([await plugin(filter, { failurePolicy })]);
    const held = envoy.replay(stream({ path: "/hold" }));
    const failing = envoy.replay(trap());
    lines();
    expect(header((await failing).response, ":status")).toBe("503");
    expect((await held).outcome.kind).toBe("stalled");
    expect(lines()).toEqual([]);
  },
);

test.each<FailurePolicy>(["FAIL_CLOSED", "FAIL_OPEN", "FAIL_RELOAD"])(
  "%s: a stream whose response comes after the VM has died gets a 503 for it",
  async (failurePolicy) => {
    // Nearer the upstream, it lets the response wait.
    const slow = `
      let held = 0;
      export function proxy_on_response_headers(id: i32, n: i32, end: i32): i32 { held = id; proxy_set_tick_period_milliseconds(50); return STOP; }
      export function proxy_on_tick(id: i32): void { proxy_set_tick_period_milliseconds(0); proxy_set_effective_context(held); proxy_continue_stream(1); }`;
    const { envoy } = await serving([
      await plugin(filter, { name: "p", failurePolicy }),
      await plugin(slow, { name: "slow", vmId: "slow" }),
    ]);
    const waiting = envoy.replay(stream({ path: "/slow" }));
    const failing = envoy.replay(trap());
    const answers = [await failing, await waiting];
    expect(answers.map(({ response }) => header(response, ":status"))).toEqual(["503", "503"]);
    expect(answers.map(({ responseCodeDetails }) => responseCodeDetails)).toEqual([
      "wasm_fail_stream",
      "wasm_fail_stream",
    ]);
    expect(answers[1]?.upstream).not.toBeNull();
  },
);

test("an access logger is started anew for the next stream to log", async () => {
  const logger = `
    export function proxy_on_context_create(id: i32, parent: i32): void {}
    export function proxy_on_log(id: i32): void { if (get(REQUEST, "x-trap") == "p") unreachable(); }`;
  const { envoy, lines, status } = await serving([
    await plugin(logger, { kind: "access-logger", ...reload(200) }),
  ]);
  envoy.advance(300);
  expect(await status(trap())).toBe("200");
  expect(await status()).toBe("200");
  expect(lines()).toEqual([
    ...["log(1)", "Function: log failed: Uncaught RuntimeError: unreachable"],
    ...["Thread-Local Wasm created 4 now active", "_initialize()", "context_create(1, 0)"],
    ...["~Wasm 3 remaining active", "log(1)"],
  ]);
});

/** Fails in the third VM that starts, the worker's, in the way that the configuration says. */
const third = `
  function count(name: string): i32 {
    const key = bytes(name);
    const found = proxy_get_shared_data(address(key), key.byteLength, out, out + 4, out + 8) == 0;
    const n = found ? i32(parseInt(returned())) + 1 : 1;
    const value = bytes(n.toString());
    proxy_set_shared_data(address(key), key.byteLength, address(value), value.byteLength, 0);
    return n;
  }
  export function proxy_on_vm_start(id: i32, size: i32): i32 {
    return property("plugin_root_id") == "start" && count("start") == 3 ? 0 : 1;
  }
  export function proxy_on_configure(id: i32, size: i32): i32 {
    if (count("configure" + property("plugin_name")) != 3) return 1;
    if (property("plugin_root_id") == "trap") unreachable();
    return property("plugin_root_id") == "refuse" ? 0 : 1;
  }
  export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 {
    if (get(REQUEST, "x-trap") == "p") unreachable();
    log("headers"); return CONTINUE; }`;

test.each<[string, string, FailurePolicy]>([
  ["start", "Wasm VM failed Failed to start thread-local Wasm", "FAIL_CLOSED"],
  ["refuse", "Wasm VM failed Failed to configure thread-local Wasm plugin", "FAIL_CLOSED"],
  ["trap", "Wasm VM failed Failed to configure thread-local Wasm plugin", "FAIL_RELOAD"],
])(
  "a plugin that fails on the worker alone (%s) is passed by for ever, whatever its policy",
  async (rootId, line, failurePolicy) => {
    const parts = { rootId, failurePolicy, reloadConfig: { backoff: { baseIntervalMs: 1 } } };
    const { envoy, lines, status } = await serving([await plugin(third, parts)]);
    const started = envoy.logs.filter(({ thread }) => thread === "worker-0").map(({ text }) => text);
    expect(started.slice(-2)).toEqual([line, "~Wasm 2 remaining active"]);
    envoy.advance(1000);
    expect(await status()).toBe("200");
    expect(lines()).toEqual([]);
    expect(envoy.warnings).toEqual([
      'Plugin "p" started in the canary and failed on worker-0: Envoy lets every stream there pass without it.',
    ]);
  },
);

test("a plugin whose trap on the worker killed a VM with others takes them along", async () => {
  const { status } = await serving([
    await plugin(third, { name: "good" }),
    await plugin(third, { name: "bad", rootId: "trap" }),
  ]);
  expect(await status()).toBe("503");
});

test("one that only refuses there leaves the others alone", async () => {
  const { lines, status } = await serving([
    await plugin(third, { name: "good" }),
    await plugin(third, { name: "bad", rootId: "refuse" }),
  ]);
  expect(await status()).toBe("200");
  expect(lines()).toContain("request_headers(3, 5, 1)");
});

const network = `
  export function proxy_on_new_connection(id: i32): i32 { log("new"); return CONTINUE; }
  export function proxy_on_downstream_data(id: i32, n: i32, end: i32): i32 {
    if (buffer(2) == "trap") unreachable();
    log("data " + buffer(2)); return CONTINUE;
  }
  export function proxy_on_log(id: i32): void { log("log"); }`;

test.each<[FailurePolicy, string, readonly string[]]>([
  ["FAIL_CLOSED", "closed", []],
  ["FAIL_OPEN", "completed", []],
  ["FAIL_RELOAD", "completed", ["new", "data abc", "data ", "log"]],
])(
  "%s for connections: the one that traps and the older ones close, a new one is %s",
  async (failurePolicy, kind, told) => {
    const parts = { failurePolicy, reloadConfig: { backoff: { baseIntervalMs: 1 } } };
    const envoy = await Envoy.start({ plugins: [await plugin(network, { kind: "network", ...parts })] });
    envoy.advance(10);
    const data = (bytes: string) => ({ from: "client", kind: "data", bytes }) as const;
    const older = envoy.replayConnection({
      id: "older",
      events: [data("1"), { kind: "wait", milliseconds: 50 }, data("lost")],
    });
    const failing = await envoy.replayConnection({ id: "failing", events: [data("trap")] });
    expect(failing.outcome.kind).toBe("closed");
    expect(Buffer.from(failing.upstream ?? []).toString()).toBe("");
    const newer = await envoy.replayConnection({ id: "newer", events: [data("abc")] });
    expect(newer.outcome.kind).toBe(kind);
    expect(logged(newer)).toEqual(told);
    expect(newer.upstream === null ? null : Buffer.from(newer.upstream).toString()).toBe(
      kind === "closed" ? null : "abc",
    );
    envoy.advance(50);
    const { outcome, upstream, logs } = await older;
    expect(outcome.kind).toBe("closed");
    expect(Buffer.from(upstream ?? []).toString()).toBe("1");
    expect(logged({ logs })).not.toContain("log");
  },
);

test("options that contradict each other are refused", async () => {
  const starts = async (parts: PluginParts) => Envoy.start({ plugins: [await plugin(filter, parts)] });
  await expect(starts({ failOpen: true, failurePolicy: "FAIL_OPEN" })).rejects.toThrow(
    'plugin "p": only one of failOpen and failurePolicy can be set',
  );
  await expect(starts(reload(0))).rejects.toThrow("baseIntervalMs is 0, less than 1");
});
