import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { RecordedStream } from "as-proxy-wasm-sim";

import { repository } from "../../lab/repository.js";
import { buildGo } from "../../lab/toolchains/go.js";
import { buildRust } from "../../lab/toolchains/rust.js";
import type { Case } from "../case.js";
import { type StreamParts, sized, stream } from "../probes/streams.js";

/**
 * Filters of the two other SDKs that many use, which bring a standard library, an allocator and, in Go's case, a scheduler
 * with them. Their modules are not checked in and differ with the compiler: what Envoy does with them is compared at once
 * and not kept.
 */
export async function polyglotCases(): Promise<Case[]> {
  const source = join(repository, "test", "conformance", "polyglot");
  const cache = join(repository, ".cache", "conformance");
  const rust = await buildRust(join(source, "rust"), join(cache, "rust"));
  const go = join(cache, "go", "conformance.wasm");
  await buildGo(join(source, "go"), ".", go);
  return [
    ...languageCases("rust", await readFile(rust("conformance")), []),
    ...languageCases("go", await readFile(go), schedulerCalls),
  ];
}

/** Go's scheduler looks at the clock, sleeps and yields as its own timing has it: how often differs from run to run in Envoy too. */
const schedulerCalls = ["clock_time_get", "poll_oneoff", "sched_yield"];

function languageCases(language: string, code: Uint8Array, racyCalls: readonly string[]): Case[] {
  const make = (name: string, configuration: string, streams: readonly RecordedStream[]): Case => ({
    name: `polyglot/${language}/${name}`,
    plugins: [
      {
        name: "p",
        rootId: "r",
        vmConfig: {
          vmId: "",
          code,
          configuration: "of the VM",
          environmentVariables: { HOME: "/nowhere" },
        },
        configuration,
        allowOnHeadersStopIteration: false,
      },
    ],
    moduleSha256: createHash("sha256").update(code).digest("hex"),
    steps: streams,
    perConnectionBufferLimitBytes: 1024 * 1024,
    racyCalls,
  });
  return [
    make("everything", "of the plugin", everything),
    make("refused", "refuse", []),
    make("panic", "", [doing("panic", "panic"), doing("after", "list")]),
    make("panic-in-response", "", [doing("panic", "response-panic"), doing("after", "list")]),
  ];
}

const everything = [
  doing("list", "list"),
  doing("change", "change,list"),
  doing("replace-all", "replace-all"),
  doing("reply", "reply"),
  doing("services", "services"),
  doing("services-again", "services"),
  doing("properties", "properties"),
  doing("wasi", "wasi"),
  doing("foreign", "foreign"),
  doing("body", "body", sized("hello ", "world")),
  doing("trailers", "body", { body: ["abc"], trailers: [["x-trailer", "t"]] }),
  doing("response", "response-body", { response: { body: ["one", "two"], trailers: [["x-trailer", "t"]] } }),
  doing("response-sized", "response-body", { response: sized("one", "two") }),
];

function doing(id: string, action: string, parts: StreamParts = {}): RecordedStream {
  const own = [
    ["x-do", action],
    ["x-remove", "gone"],
    ["x-empty", ""],
    ["x-set", "old"],
  ] as const;
  return stream(id, { ...parts, headers: [...own, ...(parts.headers ?? [])] });
}
