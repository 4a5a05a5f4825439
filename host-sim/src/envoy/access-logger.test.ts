// A plugin as access logger (abi.md 10, E.2).
import { expect, test } from "vitest";
import { calls, logged, plugin } from "../testing/run-filter.js";
import { header, stream, unanswered } from "../testing/streams.js";
import { Envoy } from "./envoy.js";

const lifecycle = `
  export function proxy_on_log(id: i32): void {}
  export function proxy_on_done(id: i32): i32 { return 1; }
  export function proxy_on_delete(id: i32): void {}`;

const logger = (source: string) => plugin(source, { name: "logger", kind: "access-logger", vmId: "logger" });

test("it logs after the filters' on_log and before their done", async () => {
  const envoy = await Envoy.start({
    plugins: [await plugin(lifecycle, { name: "a", vmId: "a" }), await logger(lifecycle)],
  });
  const exchange = await envoy.replay(stream());
  expect(calls(exchange)).toEqual(["log(2)", "log(1)", "done(2)", "delete(2)"]);
});

test("it sees the maps and properties of the exchange, and can change nothing", async () => {
  const envoy = await Envoy.start({
    plugins: [
      await logger(`export function proxy_on_log(id: i32): void {
        log(get(REQUEST, ":path") + " " + get(RESPONSE, ":status") + " " + get(REQUEST_TRAILERS, "x") + " " + get(RESPONSE_TRAILERS, "x") + " " + get(6, "x"));
        log(property("request|path") + " " + property("response|code_details") + " " + property("connection_id") + " " + property("plugin_name"));
        property("response|code"); const code = load<u32>(out, 4);
        property("connection|id");
        log(code.toString() + " " + load<u32>(out, 4).toString());
        log(add(REQUEST, "a", "b").toString() + proxy_get_header_map_size(REQUEST, out).toString() + reply(500, "x", "x").toString() + proxy_continue_stream(0).toString() + proxy_close_stream(0).toString() + "[" + buffer(0) + "]");
        const key = bytes("k"); log(proxy_set_property(address(key), 1, address(key), 1).toString()); }`),
    ],
  });
  const exchange = await envoy.replay(stream({ path: "/x" }));
  expect(logged(exchange)).toEqual([
    "/x 200 <1> <1> <1>",
    "/x via_upstream <1> logger",
    "8 8",
    "22000[]",
    "1",
  ]);
  expect(header(exchange.response, ":status")).toBe("200");
});

test("afterwards nothing of the exchange is left", async () => {
  const envoy = await Envoy.start({
    plugins: [
      await logger(`export function proxy_on_log(id: i32): void { httpCall("sink", GET, property("request|path"), 0); }
        export function proxy_on_http_call_response(root: i32, token: i32, headers: i32, size: i32, trailers: i32): void {
          log(get(REQUEST, ":path") + property("request|path")); }`),
    ],
    clusters: { sink: {} },
  });
  await envoy.replay(stream({ path: "/x" }));
  envoy.advance(1);
  expect(logged(envoy)).toEqual(["<2><1>"]);
  expect(Buffer.from(envoy.callouts[0]?.request.body ?? "").toString()).toBe("/x");
});

test("a client that leaves is logged without a response", async () => {
  const envoy = await Envoy.start({
    plugins: [
      await logger(
        `export function proxy_on_log(id: i32): void { log(get(RESPONSE, ":status") + property("response|code") + property("response|code_details")); }`,
      ),
    ],
  });
  expect(logged(await envoy.replay(unanswered(stream())))).toEqual(["<1><1>downstream_remote_disconnect"]);
});

test("a trap in the logger leaves the exchange alone, and later ones are not logged", async () => {
  const envoy = await Envoy.start({
    plugins: [await logger(`export function proxy_on_log(id: i32): void { log("hi"); unreachable(); }`)],
  });
  const first = await envoy.replay(stream());
  const second = await envoy.replay(stream());
  expect(header(first.response, ":status")).toBe("200");
  expect(header(second.response, ":status")).toBe("200");
  expect(logged(envoy).filter((line) => line === "hi")).toHaveLength(1);
});

test("a connection is logged after its filters have ended", async () => {
  const told = `
    export function proxy_on_delete(id: i32): void { log("delete"); }
    export function proxy_on_log(id: i32): void {
      log("log " + property("plugin_name") + " " + property("response|code") + " " + property("xds|cluster_name") + " " + property("upstream|transport_failure_reason"));
    }`;
  const plugins = [
    await plugin(told, { name: "a", kind: "network" }),
    await plugin(told, { name: "b", kind: "access-logger" }),
  ];
  const envoy = await Envoy.start({ plugins });
  const good = await envoy.replayConnection({ id: "good", events: [] });
  expect(logged(good)).toEqual(["log a <1> upstream ", "delete", "log b <1> upstream "]);
  const refused = await envoy.replayConnection({ id: "refused", events: [], upstreamAccepts: false });
  expect(logged(refused).at(-1)).toBe("log b <1> upstream delayed connect error: Connection refused");
});
