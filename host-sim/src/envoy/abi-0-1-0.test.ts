// What only modules of ABI 0.1.0 have (abi.md 1, 5.2).
import { expect, test } from "vitest";
import { logged, plugin } from "../testing/run-filter.js";
import { bodyText, header, stream } from "../testing/streams.js";
import { Envoy } from "./envoy.js";

/** The same module with another marker, which has the same length. */
async function oldPlugin(source: string) {
  const made = await plugin(source, { configuration: "plugin's", vmConfiguration: "VM's" });
  const text = Buffer.from(made.vmConfig.code).toString("latin1");
  const code = Buffer.from(text.replaceAll("proxy_abi_version_0_2_1", "proxy_abi_version_0_1_0"), "latin1");
  return { ...made, vmConfig: { ...made.vmConfig, code } };
}

const imported = (name: string, parameters: string) =>
  `@${`external("env", "${name}")`} declare function ${name}(${parameters}): i32;\n`;

test("the configuration is a call: the plugin's while it can be read, else the VM's", async () => {
  const envoy = await Envoy.start({
    plugins: [
      await oldPlugin(
        imported("proxy_get_configuration", "address: usize, size: usize") +
          `export function proxy_on_vm_start(id: i32, size: i32): i32 { proxy_get_configuration(out, out + 4); log(returned()); return 1; }
           export function proxy_on_configure(id: i32, size: i32): i32 { proxy_get_configuration(out, out + 4); log(returned()); return 1; }`,
      ),
    ],
  });
  expect(logged(envoy).slice(0, 2)).toEqual(["VM's", "plugin's"]);
});

test("requests and responses continue by calls of their own, and the route can be looked up again", async () => {
  const envoy = await Envoy.start({
    plugins: [
      await oldPlugin(
        imported("proxy_continue_request", "") +
          imported("proxy_clear_route_cache", "") +
          `let held = 0;
           export function proxy_on_request_headers(id: i32, n: i32): i32 {
             held = id; remove(REQUEST, "x-forwarded-proto"); log(proxy_clear_route_cache().toString() + "[" + get(REQUEST, "x-none") + "]");
             proxy_set_tick_period_milliseconds(10); return STOP; }
           export function proxy_on_tick(id: i32): void { if (held == 0) return; proxy_set_effective_context(held); held = 0; proxy_continue_request(); }`,
      ),
    ],
  });
  const exchange = await envoy.replay(stream());
  // A missing header reads as empty, and without x-forwarded-proto no route is found.
  expect(logged(exchange)).toEqual(["0[]"]);
  expect(header(exchange.response, ":status")).toBe("404");
  expect(bodyText(exchange.response)).toBe("");
});
