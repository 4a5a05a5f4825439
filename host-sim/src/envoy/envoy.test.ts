import { expect, test } from "vitest";
import { bodyText, header, stream, unanswered } from "../testing/streams.js";
import { calls, logged, plugin, run, runOne, start } from "../testing/run-filter.js";
import { Envoy } from "./envoy.js";

const traceOf = (source: { readonly trace: readonly { readonly thread: string; readonly text: string }[] }) =>
  source.trace.map(({ thread, text }) => `${thread} ${text}`);

test("a process starts and ends with the calls and debug lines of Envoy, in its order", async () => {
  const envoy = await start(
    `export function proxy_on_context_create(id: i32, parent: i32): void {}
     export function proxy_on_delete(id: i32): void {}`,
    { wasmLogLevel: "debug" },
  );
  envoy.stop();
  const main = [
    "main [host->vm] proxy_on_context_create(1, 0)",
    "main [host<-vm] proxy_on_context_create return: void",
  ];
  const deleted = (thread: string) => [
    `${thread} [host->vm] proxy_on_delete(1)`,
    `${thread} [host<-vm] proxy_on_delete return: void`,
  ];
  const initialised = (thread: string) => [
    `${thread} [host->vm] _initialize()`,
    `${thread} [host<-vm] _initialize return: void`,
  ];
  expect(traceOf(envoy)).toEqual([
    ...initialised("main"),
    ...initialised("main"),
    ...main,
    ...initialised("main"),
    ...main,
    ...initialised("worker-0"),
    ...main.map((line) => line.replace("main", "worker-0")),
    ...deleted("worker-0"),
    ...deleted("main"),
  ]);
  expect(logged(envoy)).toEqual([
    "Base Wasm created 1 now active",
    "Thread-Local Wasm created 2 now active",
    "~Wasm 1 remaining active",
    "Thread-Local Wasm created 2 now active",
    "Thread-Local Wasm created 3 now active",
    "~Wasm 2 remaining active",
    "~Wasm 1 remaining active",
    "~Wasm 0 remaining active",
  ]);
});

test("log lines carry Envoy's prefix, and levels below the logger's are not printed", async () => {
  const source = `
    function say(): void { const text = bytes("hi"); proxy_log(1, address(text), 2); proxy_log(3, address(text), 2); }
    say();
    export function proxy_on_configure(id: i32, size: i32): i32 { say(); return 1; }
    export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { say(); return 0; }`;
  const envoy = await start(source, { vmId: "v" });
  await envoy.replay(stream());
  expect(new Set(envoy.logs.map(({ level, text }) => `${level} ${text}`))).toEqual(
    new Set(["warning wasm log: hi", "warning wasm log r v: hi", "warning wasm log p r v: hi"]),
  );
});

test("a configuration that the plugin refuses ends Envoy with the plugin's own words", async () => {
  const refused = start(
    `export function proxy_on_configure(id: i32, size: i32): i32 { log("no " + buffer(PLUGIN_CONFIGURATION)); return 0; }`,
    { configuration: "x" },
  );
  await expect(refused).rejects.toMatchObject({
    name: "EnvoyStartError",
    plugin: "p",
    logs: [
      { thread: "main", level: "info", text: "wasm log r: no x" },
      { level: "error", text: "Wasm VM failed Failed to configure base Wasm plugin" },
      { level: "critical", text: "Plugin p failed to load" },
      { level: "critical", text: "Plugin configured to fail closed failed to load" },
    ],
  });
});

test("a plugin that needs the option and runs without it is told so before the first stream", async () => {
  const envoy = await start("", { needsAllowOnHeadersStopIteration: true });
  expect(envoy.warnings).toEqual([expect.stringContaining("allow_on_headers_stop_iteration, which is off")]);
  const calm = await start("", { needsAllowOnHeadersStopIteration: true, allowOnHeadersStopIteration: true });
  expect(calm.warnings).toEqual([]);
});

test("a host call whose answer only a real network knows fails the exchange by name, and the next stream starts anew", async () => {
  const [first, second] = await run(
    `export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 {
       if (get(REQUEST, "x-call") == "1") envoy_resolve_dns(0, 0, out);
       return 0; }`,
    [stream({ headers: [["x-call", "1"]] }), stream()],
  );
  expect(first!.outcome).toMatchObject({ kind: "failed", error: { code: "ERR_UNMODELLED_NAME" } });
  expect(first!.outcome).toHaveProperty("explanation", expect.stringContaining("looked up the name"));
  expect(second!.outcome.kind).toBe("completed");
});

test("a property that is not modelled fails the exchange by name", async () => {
  const exchange = await runOne(
    `export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { property("source|address"); return 0; }`,
    stream(),
  );
  expect(exchange.outcome).toHaveProperty("explanation", expect.stringContaining('"source.address"'));
});

test("a filter that never comes back is stopped", async () => {
  const [first, second] = await run(
    `export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { while (n) {} return 0; }
     export function proxy_on_log(id: i32): void {}`,
    [stream(), stream({ headers: [["a", "b"]] })],
    { callbackTimeoutMs: 100 },
  );
  expect(first!.outcome).toMatchObject({ kind: "failed", error: { code: "ERR_CALLBACK_TIMEOUT" } });
  expect(second!.outcome.kind).toBe("failed");
});

const marks = (name: string) => `
  export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { add(REQUEST, "x-order", "${name}"); return 0; }
  export function proxy_on_response_headers(id: i32, n: i32, end: i32): i32 { add(RESPONSE, "x-order", "${name}"); return 0; }`;

test("requests pass a chain front to back, responses back to front", async () => {
  const envoy = await Envoy.start({
    plugins: [await plugin(marks("a"), { name: "a" }), await plugin(marks("b"), { name: "b" })],
  });
  const exchange = await envoy.replay(stream());
  const orderOf = (headers: readonly (readonly [string, string])[] = []) =>
    headers.filter(([name]) => name === "x-order").map(([, value]) => value);
  expect(orderOf(exchange.upstream?.headers)).toEqual(["a", "b"]);
  expect(orderOf(exchange.response?.headers)).toEqual(["b", "a"]);
});

test("plugins with equal code share a VM: one counter of ids, and one dies with the other", async () => {
  const source = `export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 {
    if (get(REQUEST, "x-die") == property("plugin_name")) unreachable();
    return 0; }`;
  const envoy = await Envoy.start({
    plugins: [await plugin(source, { name: "a" }), await plugin(source, { name: "b" })],
  });
  expect(calls(await envoy.replay(stream()))).toEqual([
    "request_headers(3, 5, 1)",
    "request_headers(4, 5, 1)",
  ]);
  await envoy.replay(stream({ headers: [["x-die", "b"]] }));
  expect(calls(await envoy.replay(stream()))).toEqual([]);
});

test("a missing body is asked for only when a filter looks at it", async () => {
  const recorded = stream({ body: { missing: "binary uploads are left out" } });
  const blind = await runOne(
    `export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { log(end.toString()); return 0; }`,
    recorded,
  );
  expect(blind.outcome.kind).toBe("completed");
  expect(logged(blind)).toEqual(["0"]);
  expect(bodyText(blind.upstream)).toBe("missing: binary uploads are left out");
  const looking = await runOne(
    `export function proxy_on_request_body(id: i32, n: i32, end: i32): i32 { return 0; }`,
    recorded,
  );
  expect(looking.outcome).toMatchObject({ kind: "body-missing", direction: "request" });
  expect(looking.outcome).toHaveProperty(
    "explanation",
    expect.stringContaining("binary uploads are left out"),
  );
});

test("a missing response body completes and is shown as missing", async () => {
  for (const size of [undefined, 12]) {
    const body = { missing: "redirect", ...(size === undefined ? {} : { size }) };
    const exchange = await runOne("", stream({ body }, { body }));
    expect(exchange.outcome.kind).toBe("completed");
    expect(bodyText(exchange.response)).toBe("missing: redirect");
  }
});

test("without a response in the recording the client gives up, and Envoy logs its leaving", async () => {
  const exchange = await runOne(
    `export function proxy_on_log(id: i32): void { log(property("response|code_details")); }`,
    unanswered(stream()),
  );
  expect(exchange.outcome).toMatchObject({
    kind: "stalled",
    explanation: expect.stringContaining("no response"),
  });
  expect(logged(exchange)).toEqual(["downstream_remote_disconnect"]);
});

test("a body made shorter than content-length leaves the upstream waiting, and the stall says why", async () => {
  const exchange = await runOne(
    `export function proxy_on_request_body(id: i32, size: i32, end: i32): i32 { setBuffer(REQUEST_BODY, 0, size, ""); return 0; }`,
    stream({ body: ["abc"], headers: [["content-length", "3"]] }),
  );
  expect(exchange.outcome).toHaveProperty(
    "explanation",
    expect.stringContaining("must remove content-length"),
  );
});

test("more than the limit held is answered with 413", async () => {
  const exchange = await runOne(
    `export function proxy_on_request_body(id: i32, size: i32, end: i32): i32 { return STOP; }`,
    stream({ body: ["12345", "67890"] }),
    { perConnectionBufferLimitBytes: 8 },
  );
  expect(header(exchange.response, ":status")).toBe("413");
  expect(bodyText(exchange.response)).toBe("Payload Too Large");
});

test("close_stream cuts the client's connection", async () => {
  const exchange = await runOne(
    `export function proxy_on_response_headers(id: i32, n: i32, end: i32): i32 { proxy_close_stream(1); return STOP; }`,
    stream(),
  );
  expect(exchange.outcome).toMatchObject({
    kind: "reset",
    explanation: expect.stringContaining("wasm_close_stream"),
  });
  expect(exchange.response).toBeNull();
});

test("options that make no Envoy are refused", async () => {
  await expect(Envoy.start({ plugins: [] })).rejects.toMatchObject({ code: "ERR_OPTIONS" });
  const envoy = await start("");
  await expect(envoy.replay(stream(), { worker: 3 })).rejects.toMatchObject({ code: "ERR_OPTIONS" });
  envoy.stop();
  await expect(envoy.replay(stream())).rejects.toMatchObject({ code: "ERR_OPTIONS" });
});

test("a property that the simulator cannot know has the value that the test gives it", async () => {
  const envoy = await start(
    `export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 {
       log(property("source|address") + " " + property("xds|route_name") + " " + property("metadata|filter_metadata|lb|zone"));
       property("source|port"); log(load<u64>(load<u32>(out)).toString());
       return 0; }`,
    { properties: { "source.address": "10.0.0.1:80", "source.port": 80, "xds.route_name": "all" } },
  );
  const exchange = await envoy.replay(stream(), {
    properties: { "xds.route_name": "one", "metadata.filter_metadata.lb.zone": "b" },
  });
  expect(logged(exchange)).toEqual(["10.0.0.1:80 one b", "80"]);
});

test("what HTTP/1.1 cannot say ends its exchange alone", async () => {
  const envoy = await start("");
  const unsendable = await envoy.replay(stream({ headers: [["a b", "c"]] }));
  expect(unsendable.outcome).toMatchObject({
    kind: "failed",
    explanation: 'test cannot be sent over HTTP/1.1: the line "a b: c" cannot stand in a head.',
  });
  expect((await envoy.replay(stream())).outcome.kind).toBe("completed");
  expect(envoy.warnings).toEqual([]);
});
