// What a trap says to its author: lines through the source map, names alone through the name section, offsets without both.
import { expect, test } from "vitest";
import { Envoy } from "../envoy/envoy.js";
import { EnvoyStartError } from "../envoy/envoy-start-error.js";
import { compileWithMap } from "../testing/compile-filter.js";
import { plugin, runOne, start } from "../testing/run-filter.js";
import { stream } from "../testing/streams.js";
import { trapLines } from "./trap.js";

const filter = `
const table: i32[] = [1, 2, 3];
@inline function pick(index: i32): i32 {
  return load<i32>(index);
}
function deep(n: i32): i32 {
  return deep(n + 1) + n;
}
function divide(by: i32): i32 {
  return 10 / by;
}
export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 {
  const kind = get(REQUEST, "x-trap");
  if (kind == "unreachable") unreachable();
  if (kind == "memory") return pick(-8);
  if (kind == "stack") return deep(n);
  if (kind == "zero") return divide(end - 1);
  if (kind == "loop") while (n != 0) n |= 1;
  return table[0] == 7 ? 1 : 0;
}`;

const trapping = (kind: string) => stream({ headers: [["x-trap", kind]] });
const { code, sourceMap } = await compileWithMap(filter);
const mapped = await plugin("");
const withMap = { ...mapped, vmConfig: { ...mapped.vmConfig, code, sourceMap } };

test.each([
  ["unreachable", "it aborted (unreachable)", "proxy_on_request_headers", 14],
  ["memory", "it read or wrote outside of its memory", "proxy_on_request_headers", 4],
  ["zero", "division by zero", "proxy_on_request_headers", 10],
  ["stack", "the stack overflowed (a recursion without an end?)", "deep", 7],
])("%s is told with its line", async (kind, reason, name, line) => {
  const envoy = await Envoy.start({ plugins: [withMap] });
  const { traps } = await envoy.replay(trapping(kind));
  expect(traps).toMatchObject([
    { plugin: "p", thread: "worker-0", callback: "proxy_on_request_headers", reason, hint: null },
  ]);
  const place = traps[0]?.frames.find(({ file }) => file !== null);
  expect(place).toMatchObject({ file: "filter.ts", line });
  expect(traps[0]?.frames.map((frame) => frame.function)).toContain(name);
  expect(envoy.traps).toEqual(traps);
});

test("a recursion stands there once", async () => {
  const envoy = await Envoy.start({ plugins: [withMap] });
  const [trap] = (await envoy.replay(trapping("stack"))).traps;
  expect(trapLines(trap!).slice(-2)).toEqual([
    "  at deep (filter.ts:7:10)",
    expect.stringMatching(/^ {2}\(\d\d more of it\)$/),
  ]);
});

test("what does not come back is a trap without a stack", async () => {
  const envoy = await Envoy.start({ plugins: [withMap], callbackTimeoutMs: 100 });
  const { traps, outcome } = await envoy.replay(trapping("loop"));
  expect(outcome.kind).toBe("failed");
  expect(traps).toMatchObject([
    {
      plugin: "p",
      callback: "proxy_on_request_headers",
      reason: expect.stringContaining("within 100 ms"),
      frames: [],
    },
  ]);
});

test("a stream that did not trap has none", async () => {
  const envoy = await Envoy.start({ plugins: [withMap] });
  expect((await envoy.replay(stream())).traps).toEqual([]);
});

test("without a source map the name section names functions, and one sentence says how to get lines", async () => {
  const { traps } = await runOne(filter, trapping("zero"), { compilerOptions: ["--debug"] });
  expect(trapLines(traps[0]!)).toEqual([
    'plugin "p" trapped in proxy_on_request_headers: division by zero',
    expect.stringMatching(/^ {2}at (divide|proxy_on_request_headers) \(0x[0-9a-f]+\)$/),
    ...(traps[0]!.frames.length > 1 ? [expect.stringMatching(/^ {2}at proxy_on_request_headers/)] : []),
    "Lines come from a source map beside the module: as-proxy-wasm build writes NAME.wasm.map for AssemblyScript.",
  ]);
});

test("without names offsets are left", async () => {
  const { traps } = await runOne(filter, trapping("zero"));
  expect(traps[0]?.frames[0]).toMatchObject({ function: null, file: null, line: null });
  expect(trapLines(traps[0]!)[1]).toMatch(/^ {2}at function \d+ \(0x[0-9a-f]+\)$/);
  expect(traps[0]?.hint).toContain("name section");
});

test("a source map that is none changes nothing but the lines", async () => {
  const envoy = await Envoy.start({
    plugins: [{ ...withMap, vmConfig: { ...withMap.vmConfig, sourceMap: "{" } }],
  });
  const [trap] = (await envoy.replay(trapping("zero"))).traps;
  expect(trap).toMatchObject({ reason: "division by zero", hint: expect.any(String) });
});

test("the plugin is the one whose context trapped, not the first of its VM", async () => {
  const envoy = await Envoy.start({
    plugins: [
      { ...withMap, name: "one" },
      { ...withMap, name: "two" },
    ],
  });
  const [trap] = (await envoy.replay(trapping("zero"))).traps;
  expect(trap?.plugin).toBe("one");
});

test("a trap at start is in the error of the start", async () => {
  const failing = start(
    "export function proxy_on_configure(id: i32, size: i32): i32 { unreachable(); return 1; }",
    {
      compilerOptions: ["--debug"],
    },
  );
  const error = await failing.catch((caught: unknown) => caught as EnvoyStartError);
  expect(error).toBeInstanceOf(EnvoyStartError);
  expect((error as EnvoyStartError).message).toContain(
    'plugin "p" trapped in proxy_on_configure: it aborted (unreachable)\n    at ',
  );
  expect((error as EnvoyStartError).traps).toMatchObject([{ thread: "main" }]);
});
