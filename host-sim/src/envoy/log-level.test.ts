// What the level of Envoy's wasm logger lets through, and what a filter hears of it (abi.md 5.1), as in a real Envoy 1.40.
import { expect, test } from "vitest";
import { start } from "../testing/run-filter.js";
import type { WasmLogLevel } from "./event-log.js";

const everyLevel = `
  export function proxy_on_configure(id: i32, size: i32): i32 {
    const told = proxy_get_log_level(out) == 0 ? load<i32>(out).toString() : "none";
    for (let level = 0; level < 7; level++) {
      const data = bytes(told);
      proxy_log(level, address(data), data.byteLength);
    }
    return 1;
  }`;

test.each<[WasmLogLevel, number, readonly string[]]>([
  ["trace", 0, ["trace", "debug", "info", "warning", "error", "critical"]],
  ["debug", 1, ["debug", "info", "warning", "error", "critical"]],
  ["info", 2, ["info", "warning", "error", "critical"]],
  ["warning", 3, ["warning", "error", "critical"]],
  ["error", 4, ["error", "critical"]],
  ["critical", 5, ["critical"]],
  ["off", 6, []],
])("at %s a filter is told %i", async (wasmLogLevel, told, levels) => {
  const envoy = await start(everyLevel, { wasmLogLevel });
  const lines = envoy.logs.filter(({ thread, text }) => thread === "worker-0" && text.startsWith("wasm log"));
  expect(lines.map(({ level, text }) => [level, text])).toEqual(
    levels.map((level) => [level, `wasm log r: ${told}`]),
  );
});
