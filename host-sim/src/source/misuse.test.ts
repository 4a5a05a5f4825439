// What filters ask of Envoy in vain: each rule with a filter that breaks it, and filters that break none.
import { expect, test } from "vitest";
import { Envoy } from "../envoy/envoy.js";
import { compileWithMap } from "../testing/compile-filter.js";
import { plugin, runOne, type PluginParts } from "../testing/run-filter.js";
import { stream } from "../testing/streams.js";
import { misuseLines } from "./misuse.js";

/** A filter of one request callback and, if any, one of the request body. */
const onHeaders = (code: string, more = "") => `
  ${more}
  export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { ${code} return CONTINUE; }`;

const text = (literal: string) => `String.UTF8.encode("${literal}")`;

async function rulesOf(source: string, parts: PluginParts & { readonly body?: readonly string[] } = {}) {
  const { body, ...rest } = parts;
  const { misuses } = await runOne(source, stream(body === undefined ? {} : { body }), rest);
  return misuses.map(({ rule }) => rule);
}

const pointer = (name: string, literal: string) =>
  `const ${name} = ${text(literal)}; const ${name}P = changetype<usize>(${name}); const ${name}N = ${name}.byteLength;`;

test.each([
  ["map-not-visible", onHeaders(`${pointer("k", "x")} proxy_add_header_map_value(2, kP, kN, kP, kN);`)],
  ["map-read-only", onHeaders(`${pointer("k", "x")} proxy_add_header_map_value(6, kP, kN, kP, kN);`)],
  ["body-not-visible", onHeaders(`${pointer("k", "x")} proxy_set_buffer_bytes(0, 0, 0, kP, kN);`)],
  ["buffer-read-only", onHeaders(`${pointer("k", "x")} proxy_set_buffer_bytes(6, 0, 0, kP, kN);`)],
  ["configuration-not-visible", onHeaders("proxy_get_buffer_bytes(7, 0, 9, 16, 20);")],
  ["callout-body-not-visible", onHeaders("proxy_get_buffer_bytes(4, 0, 9, 16, 20);")],
  [
    "no-stream",
    "export function proxy_on_configure(id: i32, n: i32): i32 { proxy_continue_stream(0); return 1; }",
  ],
  ["local-reply-status", onHeaders("proxy_send_local_response(99, 0, 0, 0, 0, 0, 0, -1);")],
  ["done-not-pending", onHeaders("proxy_done();")],
  ["continue-upstream", onHeaders("proxy_continue_stream(3);")],
  ["continue-before-response", onHeaders("proxy_continue_stream(1);")],
  ["property-dots", onHeaders(`${pointer("k", "request.path")} proxy_get_property(kP, kN, 16, 20);`)],
  ["property-legacy", onHeaders(`${pointer("k", "route_name")} proxy_get_property(kP, kN, 16, 20);`)],
  ["property-path", onHeaders("proxy_get_property(0, 0, 16, 20);")],
  ["metric-unknown", onHeaders("proxy_increment_metric(444, 1);")],
  ["header-value", onHeaders(`${pointer("k", "a\\nb")} proxy_add_header_map_value(0, kP, 1, kP, kN);`)],
  ["callout-headers", onHeaders(`${pointer("k", "c")} proxy_http_call(kP, kN, 0, 0, 0, 0, 0, 0, 0, 16);`)],
  ["callout-timeout", onHeaders(`${pointer("k", "c")} proxy_http_call(kP, kN, 0, 0, 0, 0, 0, 0, -1, 16);`)],
  ["memory-range", onHeaders("proxy_log(0, 0x7fffffff, 9);")],
])("%s", async (rule, source) => {
  if (rule === "no-stream") {
    const envoy = await Envoy.start({ plugins: [await plugin(source)] });
    expect(new Set(envoy.misuses.map((misuse) => misuse.rule))).toEqual(new Set([rule]));
    return;
  }
  expect(await rulesOf(source)).toEqual([rule]);
});

test("the middle of a body", async () => {
  const filter = `export function proxy_on_request_body(id: i32, n: i32, end: i32): i32 {
    if (n > 2) proxy_set_buffer_bytes(0, 1, 1, 16, 1);
    return CONTINUE;
  }`;
  expect(await rulesOf(filter, { body: ["hello"] })).toEqual(["body-splice"]);
});

test("a function that the plugin may not use", async () => {
  const restricted = { allowedCapabilities: ["proxy_on_request_headers"] };
  expect(await rulesOf(onHeaders("proxy_done();"), { capabilityRestrictionConfig: restricted })).toEqual([
    "capability-restricted",
  ]);
});

test("what Envoy answers without being misused is none", async () => {
  const fine = onHeaders(
    `get(REQUEST, "x-missing"); get(REQUEST, ":path"); get(2, ":status");
     ${pointer("k", "x-new")} proxy_add_header_map_value(0, kP, kN, kP, kN);
     ${pointer("p", "plugin_name")} proxy_get_property(pP, pN, 16, 20);`,
    `export function proxy_on_request_body(id: i32, n: i32, end: i32): i32 {
      proxy_set_buffer_bytes(0, 0, n, 16, 1);
      return CONTINUE;
    }`,
  );
  expect(await rulesOf(fine, { body: ["hello"] })).toEqual([]);
});

test("is told with its line, and with what to do instead", async () => {
  const { code, sourceMap } = await compileWithMap(`
export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 {
  proxy_send_local_response(99, 0, 0, 0, 0, 0, 0, -1);
  return STOP;
}`);
  const base = await plugin("");
  const envoy = await Envoy.start({
    plugins: [{ ...base, vmConfig: { ...base.vmConfig, code, sourceMap } }],
  });
  const { misuses } = await envoy.replay(stream());
  expect(misuses).toMatchObject([
    {
      rule: "local-reply-status",
      plugin: "p",
      thread: "worker-0",
      callback: "proxy_on_request_headers",
      call: "proxy_send_local_response",
      frames: [{ file: "filter.ts", line: 3 }],
    },
  ]);
  expect(misuseLines(misuses[0]!)).toEqual([
    'proxy_send_local_response in proxy_on_request_headers of plugin "p" at proxy_on_request_headers (near filter.ts:3:51): Envoy sends any status as it is, and this one is no status of a final response',
    "Give one from 200 to 599. (abi.md 8.4)",
    "  at proxy_on_request_headers (near filter.ts:3:51)",
  ]);
});
