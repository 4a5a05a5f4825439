import { expect, test } from "vitest";
import { runOne, start } from "../testing/run-filter.js";
import { stream } from "../testing/streams.js";

/** Asks for a page at a time, and says where that ended. */
const hungry = `
  export function proxy_on_request_headers(id: u32, size: u32, end: u32): u32 {
    while (memory.grow(1) != -1) {}
    log("stopped at " + memory.size().toString());
    unreachable();
    return 0;
  }`;

test("a memory grows to memoryLimitPages and not further", async () => {
  const { logs } = await runOne(hungry, stream(), { memoryLimitPages: 40 });
  expect(logs[0]?.text).toMatch(/stopped at 40$/);
});

test("what the guest makes of it is a trap, named by callback, at the author's own offsets", async () => {
  const traces: unknown[] = [];
  for (const memoryLimitPages of [40, 200]) {
    const { logs, response } = await runOne(hungry, stream(), {
      memoryLimitPages,
      compilerOptions: ["--debug"],
    });
    expect(response?.headers[0]).toEqual([":status", "503"]);
    expect(logs[1]?.text).toMatch(/^Function: proxy_on_request_headers failed: Uncaught RuntimeError/);
    traces.push(logs[1]?.text);
  }
  expect(traces[0]).toBe(traces[1]);
});

test("a limit above Envoy's own is refused", async () => {
  await expect(start(hungry, { memoryLimitPages: 16_385 })).rejects.toThrow(/memoryLimitPages is 16385/);
});
