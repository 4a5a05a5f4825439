import { expect, it } from "vitest";

import { EnvoyLines } from "./envoy-lines.js";

const lines = [
  "[30][info][main] initializing",
  "[30][trace][wasm] [host->vm] _initialize()",
  "[32][trace][wasm] [host->vm] _initialize()",
  "[31][warning][wasm] wasm log p: two",
  "lines",
  "[31][info][lua] script log: mark 0",
  "[31][error][config] something else",
  "",
];

it("names the threads: the first line is the main thread's, workers are made in order", () => {
  const read = new EnvoyLines();
  read.push(Buffer.from(lines.join("\n")));
  expect(read.hasMark(0)).toBe(true);
  expect(read.hasMark(1)).toBe(false);
  read.sort();
  expect(read.trace.map(({ thread }) => thread)).toEqual(["main", "worker-1"]);
  expect(read.logs).toEqual([
    { thread: "worker-0", level: "warning", text: "wasm log p: two\nlines", sequence: 2 },
  ]);
  expect(read.complaints).toEqual(["something else"]);
});

it("gives what came after a mark", () => {
  const read = new EnvoyLines();
  read.push(Buffer.from("[1][info][wasm] wasm log: one\n"));
  read.sort();
  const { mark } = read;
  read.push(Buffer.from("[1][info][wasm] wasm log: two\n"));
  read.sort();
  expect(read.since(mark).logs.map(({ text }) => text)).toEqual(["wasm log: two"]);
});
