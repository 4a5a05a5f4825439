// What a restricted plugin cannot do (abi.md 5.18, E.4), as a real Envoy 1.40 does it.
import { expect, test } from "vitest";
import { calls, plugin, start } from "../testing/run-filter.js";
import { stream } from "../testing/streams.js";
import { Envoy } from "./envoy.js";

const filter = `
  @external("env", "pthread_equal") declare function pthread_equal(a: i32, b: i32): i32;
  @external("wasi_snapshot_preview1", "random_get") declare function random_get(at: i32, size: i32): i32;
  export function proxy_on_context_create(id: i32, parent: i32): void {}
  export function proxy_on_configure(id: i32, size: i32): i32 { return 0; }
  export function envoy_on_resolve_dns(id: i32, token: i32, size: i32): void {}
  export function proxy_on_delete(id: i32): void {}
  export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 {
    log("not to be seen");
    random_get(0, 4); pthread_equal(1, 1); proc_exit(0);
    const name = bytes("localhost");
    envoy_resolve_dns(address(name), name.byteLength, out);
    return CONTINUE;
  }`;

const allowing = (...allowedCapabilities: string[]) => ({
  capabilityRestrictionConfig: { allowedCapabilities },
});

test("what is not listed answers 10 or 76 with an error line, and is not called", async () => {
  const envoy = await start(filter, allowing("proxy_on_request_headers", "no_such_thing"));
  const exchange = await envoy.replay(stream());
  expect(calls(exchange)).toEqual(["request_headers(2, 5, 1)"]);
  expect(exchange.logs.map(({ level, text }) => `${level} ${text}`)).toEqual([
    "error Attempted call to restricted proxy-wasm capability: proxy_log",
    "error Attempted call to restricted WASI capability: random_get",
    "error Attempted call to restricted WASI capability: proc_exit",
  ]);
  const returns = exchange.trace.filter(({ text }) => /^\[vm<-host\]|envoy_on/.test(text));
  expect(returns.map(({ text }) => text)).toEqual([
    "[vm<-host] env.proxy_log return: 10",
    "[vm<-host] wasi_snapshot_preview1.random_get return: 76",
    "[vm<-host] env.pthread_equal return: 1",
    "[vm<-host] wasi_snapshot_preview1.proc_exit return: void",
    "[host->vm] envoy_on_resolve_dns(1, 2, 16)",
    "[host<-vm] envoy_on_resolve_dns return: void",
    "[vm<-host] env.envoy_resolve_dns return: 0",
  ]);
});

test("an empty list restricts nothing", async () => {
  await expect(start(filter, allowing())).rejects.toThrow("Failed to configure");
});

test("plugins with other capabilities or another environment have VMs of their own", async () => {
  const configured = `export function proxy_on_configure(id: i32, size: i32): i32 { log(id.toString()); return 1; }`;
  const base = await plugin(configured, { vmId: "v" });
  const environment = { ...base.vmConfig, environmentVariables: { A: "1" } };
  const plugins = [
    base,
    { ...base, name: "shares" },
    { ...base, name: "restricted", ...allowing("proxy_on_configure", "proxy_log") },
    { ...base, name: "environment", vmConfig: environment },
  ];
  const envoy = await Envoy.start({ plugins });
  const ids = envoy.logs.filter(({ thread }) => thread === "worker-0").map(({ text }) => text.slice(-1));
  expect(ids).toEqual(["1", "2", "1", "1"]);
});
