import { expect, it } from "vitest";

import { isPluginLog, isTrace, parseLog } from "./log.js";

it("keeps the line breaks of a message and the order of threads", () => {
  const log =
    "[7][info][main] one\n[8][warning][wasm] wasm log p: two\nlines\n\n[7][trace][wasm] [host->vm] malloc(8)\n";
  expect(parseLog(log)).toEqual([
    { threadId: "7", level: "info", logger: "main", text: "one" },
    { threadId: "8", level: "warning", logger: "wasm", text: "wasm log p: two\nlines\n" },
    { threadId: "7", level: "trace", logger: "wasm", text: "[host->vm] malloc(8)" },
  ]);
});

it("tells the ABI trace from what plugins log at level trace", () => {
  const [call, logged] = parseLog(
    "[1][trace][wasm] [vm->host] env.proxy_done()\n[1][trace][wasm] wasm log p: x\n",
  );
  expect([call, logged].map((message) => message !== undefined && isTrace(message))).toEqual([true, false]);
  expect([call, logged].map((message) => message !== undefined && isPluginLog(message))).toEqual([
    false,
    true,
  ]);
});
