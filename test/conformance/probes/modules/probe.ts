import type { Probe, ProbeConfiguration } from "../probe.js";
import { sized, stream } from "../streams.js";

const entries = [
  "index",
  "no-marker",
  "no-malloc",
  "memory-allocate",
  "old-import",
  "import-type",
  "signatures",
  "all-signatures",
  "malloc-signature",
  "fallback-signature",
  "initialize-calls",
  "initialize-logs",
  "initialize-traps",
  "malloc-fails",
  "malloc-calls",
  "abi-0-2-0",
  "log-level-in-0-2-0",
  "abi-0-1-0",
  "abi-0-1-0-with-end",
  "two-markers",
  "traps-deeply",
  "start-only",
  "start-beside-initialize",
  "main",
  "main-void",
  "initialize-then-trap",
];

const deep = [stream("deep", { ...sized("more than twenty frames") })];

const bytes: Readonly<Record<string, Uint8Array>> = {
  empty: new Uint8Array(),
  "not-wasm": Buffer.from("#!/bin/sh\necho this is no module\n"),
  "header-only": Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]),
  "wrong-version": Buffer.from([0, 0x61, 0x73, 0x6d, 2, 0, 0, 0]),
  "cut-off": Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 7, 0x20, 1]),
};

/** Modules that Envoy loads, and modules that it refuses, each for one reason. */
export const probe: Probe = {
  configurations: {
    ...Object.fromEntries(entries.map((entry): [string, ProbeConfiguration] => [entry, { entry }])),
    "start-only": { entry: "start-only", compilerOptions: ["--exportStart", "start"] },
    "traps-with-names": { entry: "traps-deeply", compilerOptions: ["--debug"] },
    "traps-deeper-with-names": { entry: "traps-deeply", compilerOptions: ["--debug"], streams: deep },
    ...Object.fromEntries(
      Object.entries(bytes).map(([name, code]): [string, ProbeConfiguration] => [name, { code }]),
    ),
  },
  streams: [stream("get"), stream("post", { ...sized("body"), response: sized("answer") })],
};
