// CEL expressions (abi.md 6.4). Statuses and bytes were measured in Envoy 1.40.
import { expect, test } from "vitest";
import { logged, run, runOne } from "../testing/run-filter.js";
import { stream } from "../testing/streams.js";

const words = `
  function hex(): string {
    const digits = "0123456789abcdef"; let text = "";
    for (let at: u32 = 0; at < load<u32>(out, 4); at++) { const octet = load<u8>(load<u32>(out) + at); text += digits.charAt(octet >> 4) + digits.charAt(octet & 15); }
    return text;
  }
  function call(name: string, data: usize, size: i32): i32 { const key = bytes(name); return proxy_call_foreign_function(address(key), key.byteLength, data, size, out, out + 4); }
  const token = memory.data(8);
  /** The value's bytes, or the status that says why there is none. */
  function evaluate(source: string): string {
    const text = bytes(source);
    const created = call("expr_create", address(text), text.byteLength);
    if (created != 0) return "create " + created.toString();
    store<u32>(token, load<u32>(load<u32>(out)));
    const status = call("expr_evaluate", token, 4);
    return status == 0 ? hex() : status.toString();
  }`;

const evaluating =
  words +
  `export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { log(evaluate(get(REQUEST, "x-expr"))); return 0; }`;

const hex = (text: string) => Buffer.from(text).toString("hex");

test("values come as properties are encoded", async () => {
  const cases: readonly (readonly [string, string])[] = [
    ["1 + 1", "0200000000000000"],
    ["1u", "0100000000000000"],
    ["1.5", "000000000000f83f"],
    ["true", "01"],
    ["'a'", "61"],
    ["b'a'", "61"],
    ["null", "3"],
    ["type(1)", "3"],
    ["[1, 'a']", "020000000800000000000000010000000000000001000000000000000000610000"],
    ["{'a': 1, 'b': 'c'}", "0200000001000000080000000100000001000000610001000000000000000062006300"],
    ["duration('1s')", "00ca9a3b00000000"],
    ["timestamp('2020-01-01T00:00:00Z')", "00008ab9359ae515"],
    ["[1, 2].exists(x, x > 1)", "01"],
    ["1 == 1.0", "01"],
    ["request.path", hex("/x?q=1")],
    ["request.query", hex("q=1")],
    ["request.path.startsWith('/x') && request.headers['x-a'] == '1'", "01"],
    ["request.path.matches('^/x.*$')", "01"],
    ["size(request.path)", "0600000000000000"],
    ["request.headers['nope']", "10"],
    ["'nope' in request.headers", "00"],
    ["has(request.nope)", "00"],
    ["request.nope", "10"],
    ["request", "3"],
    ["filter_state", "3"],
    ["request.size == 0", "01"],
    ["request.time > timestamp('2020-01-01T00:00:00Z')", "01"],
    ["connection.id >= 0u && !connection.mtls", "01"],
    ["plugin_name", hex("p")],
    ["xds.node.id", hex("sim")],
    ["response.code", "10"],
    ["has(response.code)", "00"],
    ["nope", "10"],
    ["1 / 0", "10"],
    ["'a' + 1", "10"],
    ["foo(1)", "create 2"],
    ["request.path.lowerAscii()", "create 2"],
    ["1 +", "create 2"],
    ["", "create 2"],
  ];
  const streams = cases.map(([expression]) =>
    stream({
      path: "/x?q=1",
      headers: [
        ["x-expr", expression],
        ["x-a", "1"],
      ],
    }),
  );
  const exchanges = await run(evaluating, streams);
  expect(exchanges.map((exchange, index) => [cases[index]?.[0], logged(exchange)[0]])).toEqual(cases);
});

test("a number is known until it is deleted; deleting an unknown one is fine", async () => {
  const exchange = await runOne(
    words +
      `export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 {
         evaluate("1"); evaluate("1 +"); evaluate("1");
         log(load<u32>(token).toString());
         log(call("expr_evaluate", token, 4).toString() + call("expr_delete", token, 4).toString() + call("expr_evaluate", token, 4).toString() + call("expr_delete", token, 4).toString());
         log(call("expr_evaluate", token, 3).toString() + call("expr_evaluate", token, 8).toString() + call("expr_delete", token, 3).toString());
         return 0; }`,
    stream(),
  );
  // The one that did not compile has taken a number.
  expect(logged(exchange)).toEqual(["2", "0010", "222"]);
});

test("an expression sees the context whose callback runs, whatever is in effect", async () => {
  const exchange = await runOne(
    words +
      `let held = 0;
       export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { held = id; proxy_set_tick_period_milliseconds(1); return STOP; }
       export function proxy_on_tick(id: i32): void {
         if (held == 0) return;
         proxy_set_effective_context(held); held = 0;
         log(property("request|path") + " " + evaluate("request.path")); proxy_continue_stream(0); }`,
    stream(),
  );
  expect(logged(exchange)).toEqual(["/ 10"]);
});

test("a value that a filter has set can be named", async () => {
  const exchange = await runOne(
    words +
      `export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 {
         const key = bytes("mark"); proxy_set_property(address(key), 4, address(key), 4);
         log(evaluate("mark == b'mark' && filter_state['wasm.mark'] == b'mark'")); return 0; }`,
    stream(),
  );
  expect(logged(exchange)).toEqual(["01"]);
});

test("what the simulator does not model fails the exchange, as a property does", async () => {
  const exchange = await runOne(evaluating, stream({ headers: [["x-expr", "source.port > 0"]] }));
  expect(exchange.outcome).toMatchObject({ kind: "failed", error: { code: "ERR_UNMODELLED_PROPERTY" } });
});
