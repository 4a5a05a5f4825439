// What everybody gets wrong: the checklist of abi.md 12, as far as it concerns HTTP/1.1 streams, one test an item.
import { expect, test } from "vitest";
import { bodyText, header, stream, unanswered } from "../testing/streams.js";
import { calls, logged, plugin, run, runOne, start } from "../testing/run-filter.js";
import { Envoy } from "./envoy.js";

const post = stream({ body: ["Hello ", "World!"] });

test("12.1 request headers disappear after their callback and are back in the log", async () => {
  const exchange = await runOne(
    `export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { log(get(REQUEST, ":path") + " " + property("request|path")); return CONTINUE; }
     export function proxy_on_response_headers(id: i32, n: i32, end: i32): i32 { log(get(REQUEST, ":path") + " " + property("request|path")); return CONTINUE; }
     export function proxy_on_log(id: i32): void { log(get(REQUEST, ":path") + " " + property("request|path")); }`,
    stream({ path: "/a" }),
  );
  expect(logged(exchange)).toEqual(["/a /a", "<2> <1>", "/a /a"]);
});

test("12.2 log comes before done and delete", async () => {
  const exchange = await runOne(
    `export function proxy_on_log(id: i32): void {}
     export function proxy_on_done(id: i32): i32 { return 1; }
     export function proxy_on_delete(id: i32): void {}`,
    stream(),
  );
  expect(calls(exchange)).toEqual(["log(2)", "done(2)", "delete(2)"]);
});

const holdingHeaders = `
  export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { return end ? CONTINUE : STOP; }
  export function proxy_on_request_body(id: i32, size: i32, end: i32): i32 { return end ? CONTINUE : STOP; }`;

test("12.3 StopIteration from headers stops the body too, and the stall says which option is off", async () => {
  const exchange = await runOne(holdingHeaders, post);
  expect(exchange.outcome.kind).toBe("stalled");
  expect(exchange.outcome).toHaveProperty(
    "explanation",
    expect.stringContaining("allow_on_headers_stop_iteration"),
  );
  expect(calls(exchange)).toEqual(["request_headers(2, 5, 0)"]);
});

test("12.3 with the option the body callbacks run, and the last one releases everything", async () => {
  const exchange = await runOne(holdingHeaders, post, { allowOnHeadersStopIteration: true });
  expect(exchange.outcome.kind).toBe("completed");
  expect(bodyText(exchange.upstream)).toBe("Hello World!");
});

test("12.4 the end of a body is a call of its own, and there is none when trailers follow", async () => {
  const source = `
    export function proxy_on_request_body(id: i32, size: i32, end: i32): i32 { return CONTINUE; }
    export function proxy_on_request_trailers(id: i32, n: i32): i32 { return CONTINUE; }`;
  const withTrailers = stream({ body: ["Hello "], trailers: [["x-sum", "1"]] });
  const [plain, trailed, empty] = await run(source, [post, withTrailers, stream()]);
  expect(calls(plain!)).toEqual(["request_body(2, 6, 0)", "request_body(2, 6, 0)", "request_body(2, 0, 1)"]);
  expect(calls(trailed!)).toEqual(["request_body(3, 6, 0)", "request_trailers(3, 1)"]);
  expect(calls(empty!)).toEqual([]);
});

test("12.5 a held body counts up, and StopIterationNoBuffer drops what it saw", async () => {
  const returning = (value: number) =>
    `export function proxy_on_request_body(id: i32, size: i32, end: i32): i32 { return end ? CONTINUE : ${value}; }`;
  const held = await runOne(returning(1), post);
  expect(calls(held)).toEqual(["request_body(2, 6, 0)", "request_body(2, 12, 0)", "request_body(2, 12, 1)"]);
  expect(bodyText(held.upstream)).toBe("Hello World!");
  const dropped = await runOne(returning(3), post);
  expect(calls(dropped)).toEqual(["request_body(2, 6, 0)", "request_body(2, 6, 0)", "request_body(2, 0, 1)"]);
  expect(bodyText(dropped.upstream)).toBe("");
});

test("12.6 set_buffer_bytes prepends, appends and replaces a prefix; the middle is refused", async () => {
  const exchange = await runOne(
    `export function proxy_on_request_body(id: i32, size: i32, end: i32): i32 {
       if (end) return CONTINUE;
       setBuffer(REQUEST_BODY, 0, 0, "<"); setBuffer(REQUEST_BODY, 99, 0, ">"); setBuffer(REQUEST_BODY, 0, 3, "[");
       log(setBuffer(REQUEST_BODY, 1, 1, "?").toString() + buffer(REQUEST_BODY));
       return CONTINUE;
     }`,
    stream({ body: ["abcd"] }),
  );
  expect(logged(exchange)).toEqual(["2[cd>"]);
  expect(bodyText(exchange.upstream)).toBe("[cd>");
});

test("12.7 an empty result allocates nothing and is address 0", async () => {
  const exchange = await runOne(
    `export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 {
       store<u32>(out, 7); store<u32>(out, 7, 4);
       get(REQUEST, "x-empty");
       log(load<u32>(out).toString() + load<u32>(out, 4).toString());
       return CONTINUE;
     }`,
    stream({ headers: [["x-empty", ""]] }),
  );
  expect(logged(exchange)).toEqual(["00"]);
  expect(exchange.trace.some(({ text }) => text.includes("malloc"))).toBe(false);
});

test("12.8 the size of a header map is the bytes of its names and values", async () => {
  const exchange = await runOne(
    `export function proxy_on_response_headers(id: i32, n: i32, end: i32): i32 {
       proxy_get_header_map_size(RESPONSE, out); log(load<u32>(out).toString()); return CONTINUE; }`,
    stream({}, { headers: [["a", "bc"]] }),
  );
  expect(logged(exchange)).toEqual([String(":status200".length + "abc".length + "content-length0".length)]);
});

test("12.9 pairs of an absent map are empty, a value of it is refused, and NotFound in the log", async () => {
  const exchange = await runOne(
    `function tell(): void { log(proxy_get_header_map_pairs(RESPONSE, out, out + 4).toString() + get(RESPONSE, ":status")); }
     export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { tell(); return CONTINUE; }
     export function proxy_on_log(id: i32): void { tell(); }`,
    unanswered(stream()),
  );
  expect(logged(exchange)).toEqual(["0<2>", "0<1>"]);
});

test("12.10 malformed pairs read as empty: setting them wipes the map", async () => {
  const exchange = await runOne(
    `export function proxy_on_response_headers(id: i32, n: i32, end: i32): i32 {
       log(proxy_set_header_map_pairs(RESPONSE, 0, 3).toString() + get(RESPONSE, ":status")); return CONTINUE; }`,
    stream(),
  );
  expect(logged(exchange)).toEqual(["0<1>"]);
  expect(header(exchange.response, ":status")).toBe("502");
});

const repliesWhenTicked = `
  export function proxy_on_configure(id: i32, size: i32): i32 { proxy_set_tick_period_milliseconds(10); return 1; }
  export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { return STOP; }`;

test("12.12 a tick acts on the root: without the effective context a reply does nothing, with it it is sent", async () => {
  const tick = (effective: string) =>
    `${repliesWhenTicked} export function proxy_on_tick(id: i32): void { ${effective} log(get(REQUEST, ":path") + reply(403, "late", "no").toString()); }`;
  const wrong = await runOne(tick(""), stream());
  expect(wrong.outcome.kind).toBe("stalled");
  expect(logged(wrong)[0]).toBe("<2>0");
  const right = await runOne(tick("proxy_set_effective_context(2);"), stream());
  // The timer of the main thread has no stream.
  expect(logged(right)).toEqual(["<2>0", "/0"]);
  expect(header(right.response, ":status")).toBe("403");
});

test("12.13 a local reply passes the filter's own response callbacks", async () => {
  const exchange = await runOne(
    `export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { reply(403, "not today", "no"); return CONTINUE; }
     export function proxy_on_response_headers(id: i32, n: i32, end: i32): i32 { add(RESPONSE, "x-seen", "yes"); return CONTINUE; }
     export function proxy_on_response_body(id: i32, size: i32, end: i32): i32 { return CONTINUE; }`,
    stream(),
  );
  expect(calls(exchange)).toEqual([
    "request_headers(2, 5, 1)",
    "response_headers(2, 3, 0)",
    "response_body(2, 2, 1)",
  ]);
  expect(header(exchange.response, "x-seen")).toBe("yes");
  expect(exchange.upstream).toBeNull();
  expect(exchange.localReply).toMatchObject({ statusCode: 403, details: "not_today" });
});

test("12.14 of two replies in one callback the first is sent and the second names the details", async () => {
  const exchange = await runOne(
    `export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { reply(403, "one", "1"); reply(404, "two", "2"); return STOP; }`,
    stream(),
  );
  expect(header(exchange.response, ":status")).toBe("403");
  expect(bodyText(exchange.response)).toBe("1");
  expect(exchange.responseCodeDetails).toBe("two");
});

test("12.15 continue_stream(1) before the response has started is the end of Envoy", async () => {
  const exchange = await runOne(
    `export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { proxy_continue_stream(1); return CONTINUE; }`,
    stream(),
  );
  expect(exchange.outcome.kind).toBe("crashed");
});

test("12.15 continue_stream from the callback that does not pause sends the request twice", async () => {
  const exchange = await runOne(
    `export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { proxy_continue_stream(0); return CONTINUE; }`,
    stream(),
  );
  expect(
    Buffer.from(exchange.wire.upstream)
      .toString()
      .match(/GET \/ /g),
  ).toHaveLength(2);
});

test("12.16 a trap kills the VM: an empty 503, no further callbacks, for later streams too", async () => {
  const [first, second] = await run(
    `export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { unreachable(); return 0; }
     export function proxy_on_log(id: i32): void {}`,
    [stream(), stream()],
  );
  expect(header(first!.response, ":status")).toBe("503");
  expect(bodyText(first!.response)).toBe("");
  expect(first!.responseCodeDetails).toBe("wasm_fail_stream");
  expect(logged(first!)).toEqual([
    "Function: proxy_on_request_headers failed: Uncaught RuntimeError: unreachable",
  ]);
  expect(calls(first!)).toEqual(["request_headers(2, 5, 1)"]);
  expect(header(second!.response, ":status")).toBe("503");
  expect(calls(second!)).toEqual([]);
});

test("12.16 with names in the module the trap comes with the guest's stack", async () => {
  const exchange = await runOne(
    `function deep(n: i32): i32 { if (n == 0) unreachable(); return deep(n - 1) + 1; }
     export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { return deep(end ? 1 : 100); }`,
    stream(),
    { compilerOptions: ["--debug", "--optimizeLevel", "0", "--shrinkLevel", "0"] },
  );
  const [line, title, ...frames] = logged(exchange)[0]!.split("\n");
  expect(line).toBe("Function: proxy_on_request_headers failed: Uncaught RuntimeError: unreachable");
  expect(title).toBe("Proxy-Wasm plugin in-VM backtrace:");
  expect(frames).toEqual([
    expect.stringMatching(/^ {2}0: {2}0x[0-9a-f]+ - filter\/deep$/),
    expect.stringMatching(/^ {2}1: {2}0x[0-9a-f]+ - filter\/deep$/),
    expect.stringMatching(/^ {2}2: {2}0x[0-9a-f]+ - filter\/proxy_on_request_headers$/),
  ]);
});

test("12.17 a plugin starts in the canary, on the main thread and on each worker", async () => {
  const envoy = await start(
    `export function proxy_on_vm_start(id: i32, size: i32): i32 { log("start " + buffer(PLUGIN_CONFIGURATION) + buffer(VM_CONFIGURATION)); return 1; }
     export function proxy_on_configure(id: i32, size: i32): i32 { log("configure " + buffer(PLUGIN_CONFIGURATION)); return 1; }
     export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { log(buffer(PLUGIN_CONFIGURATION) + buffer(VM_CONFIGURATION)); return 0; }`,
    { configuration: "C", vmConfiguration: "V", workers: 2 },
  );
  const startUp = ["start <1>V", "configure C"];
  expect(logged(envoy)).toEqual([...startUp, ...startUp, ...startUp, ...startUp]);
  expect(envoy.logs.map(({ thread }) => thread)).toEqual(
    ["main", "main", "worker-0", "worker-1"].flatMap((thread) => [thread, thread]),
  );
  const exchange = await envoy.replay(stream(), { worker: 1 });
  expect(logged(exchange)).toEqual(["<1>V"]);
});

test("12.19 the bare names of older Envoys are gone; xds has the node", async () => {
  const exchange = await runOne(
    `export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 {
       log(property("node|id") + property("cluster_name") + property("xds|node|id") + property("plugin_name")); return 0; }`,
    stream(),
    { node: { id: "front", cluster: "edge" } },
  );
  expect(logged(exchange)).toEqual(["<1><1>frontp"]);
});

test("12.20 a bool is one byte", async () => {
  const exchange = await runOne(
    `export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { property("connection|mtls"); log(load<u32>(out, 4).toString()); return 0; }`,
    stream(),
  );
  expect(logged(exchange)).toEqual(["1"]);
});

test("12.21 a number for a missing key is accepted; defining a metric again gives another id of the same stat", async () => {
  const envoy = await start(
    `export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 {
       const key = bytes("k");
       log(proxy_set_shared_data(address(key), 1, address(key), 1, 77).toString() + proxy_set_shared_data(address(key), 1, address(key), 1, 77).toString());
       proxy_define_metric(0, address(key), 1, out); const first = load<u32>(out);
       proxy_define_metric(0, address(key), 1, out); const second = load<u32>(out);
       proxy_increment_metric(first, 2); proxy_record_metric(second, 3);
       proxy_get_metric(first, out);
       log(first.toString() + " " + second.toString() + " " + load<u64>(out).toString());
       return 0; }`,
  );
  expect(logged(await envoy.replay(stream()))).toEqual(["08", "4 8 5"]);
  expect(envoy.metrics).toEqual([{ name: "wasmcustom.k", type: "counter", value: 5n, samples: [] }]);
});

test("12.22 proc_exit returns to the guest; a host call in _initialize traps, except logging", async () => {
  const exchange = await runOne(
    `export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { proc_exit(1); log("still here"); return 0; }`,
    stream(),
  );
  expect(logged(exchange)).toEqual(["still here"]);
  expect(exchange.trace.map(({ text }) => text)).toContain("wasi_unstable proc_exit");
  await expect(start(`log("hi"); proxy_get_current_time_nanoseconds(out);`)).rejects.toThrow(
    /Function: _initialize failed: Uncaught Error: restricted_callback\n.*Failed to initialize Wasm code/,
  );
});

test("12.23 the flags of a buffer are always 0", async () => {
  const exchange = await runOne(
    `export function proxy_on_request_body(id: i32, size: i32, end: i32): i32 {
       store<u32>(out, 9, 4); proxy_get_buffer_status(REQUEST_BODY, out, out + 4);
       log(end.toString() + load<u32>(out, 4).toString()); return 0; }`,
    stream({ body: ["a"] }),
  );
  expect(logged(exchange)).toEqual(["00", "10"]);
});

test("12.24 of a repeated header the map gives the first value, the property all of them", async () => {
  const exchange = await runOne(
    `export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { log(get(REQUEST, "x-a") + property("request|headers|x-a")); return 0; }`,
    stream({
      headers: [
        ["x-a", "1"],
        ["x-a", "2"],
      ],
    }),
  );
  expect(logged(exchange)).toEqual(["11,2"]);
});

test("12.26 names become lower-case, octets above 0x7f stay as they are", async () => {
  const exchange = await runOne(
    `export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { add(REQUEST, "X-Shout", "A"); return 0; }`,
    stream({ headers: [["x-raw", "\xff\xe4"]] }),
  );
  expect(Buffer.from(exchange.wire.upstream).toString("latin1")).toContain("x-raw: \xff\xe4\r\n");
  expect(header(exchange.upstream, "x-shout")).toBe("A");
});

test("12.27 a filter that let the headers go and rejects the body: the upstream has seen the head", async () => {
  const reject = (headers: string) =>
    `export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { return ${headers}; }
     export function proxy_on_request_body(id: i32, size: i32, end: i32): i32 { if (end) reply(400, "bad", "bad"); return STOP; }`;
  const late = await runOne(reject("CONTINUE"), post);
  expect(Buffer.from(late.wire.upstream).toString()).toMatch(/^POST \/ HTTP\/1\.1\r\n.*\r\n\r\n$/s);
  const held = await runOne(reject("STOP"), post, { allowOnHeadersStopIteration: true });
  expect(held.wire.upstream).toHaveLength(0);
  expect(header(held.response, "connection")).toBe("close");
});

test("12.28 addresses come from the guest's allocator alone, so traces repeat to the last digit", async () => {
  const source = `export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { log(get(REQUEST, ":path")); return 0; }`;
  const first = await runOne(source, stream());
  const second = await runOne(source, stream());
  expect(first.trace.map(({ text }) => text)).toEqual(second.trace.map(({ text }) => text));
  expect(first.trace.map(({ text }) => text)).toContain("[host->vm] malloc(1)");
});

test("12.31 a module that Envoy cannot load ends the process with Envoy's words", async () => {
  const { vmConfig } = await plugin("");
  const refused = Envoy.start({
    plugins: [
      { ...(await plugin("")), vmConfig: { ...vmConfig, code: Buffer.from("\0asm\x01\0\0\0", "latin1") } },
    ],
  });
  await expect(refused).rejects.toMatchObject({
    code: "ERR_ENVOY_START",
    logs: [
      { level: "error", text: "Wasm VM failed Missing or unknown Proxy-Wasm ABI version" },
      { level: "error", text: "Wasm VM failed Failed to load Wasm code" },
      { level: "critical", text: "Plugin p failed to load" },
      { level: "critical", text: "Plugin configured to fail closed failed to load" },
    ],
  });
});
