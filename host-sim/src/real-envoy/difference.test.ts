import { expect, it } from "vitest";

import type { Exchange } from "../http/exchange.js";
import { compareExchanges, compareMetrics } from "./difference.js";

function exchange(
  parts: { trace?: readonly string[]; downstream?: string; kind?: "completed" | "reset" } = {},
): Exchange {
  const { trace = [], downstream = "", kind = "completed" } = parts;
  return {
    stream: { id: "one", protocol: "HTTP/1.1" },
    outcome: { kind, explanation: "" },
    logs: [],
    trace: trace.map((text, sequence) => ({ thread: "worker-0", text, sequence })),
    wire: { upstream: new Uint8Array(), downstream: Buffer.from(downstream) },
  } as unknown as Exchange;
}

const nothing = () => ({ streams: 0, connections: 0, traceLines: 0, logLines: 0, bytes: 0 });

it("counts what is equal", () => {
  const equal = nothing();
  const one = exchange({ trace: ["a", "b"], downstream: "HTTP/1.1 200 OK\r\n" });
  expect(compareExchanges(one, one, equal)).toBeNull();
  expect(equal).toEqual({ streams: 1, connections: 0, traceLines: 2, logLines: 0, bytes: 17 });
});

it("shows the first line that differs with what stands around it", () => {
  const ours = exchange({ trace: ["a", "b", "c"] });
  const theirs = exchange({ trace: ["a", "x", "c"] });
  expect(compareExchanges(ours, theirs, nothing())).toEqual({
    stream: "one",
    at: "stream",
    what: "trace",
    line: 2,
    simulator: { before: ["worker-0 a"], line: "worker-0 b", after: ["worker-0 c"] },
    envoy: { before: ["worker-0 a"], line: "worker-0 x", after: ["worker-0 c"] },
  });
});

it("says where one of them says no more", () => {
  const difference = compareExchanges(exchange({ trace: ["a"] }), exchange({ trace: ["a", "b"] }), nothing());
  expect([difference?.simulator.line, difference?.envoy.line]).toEqual([null, "worker-0 b"]);
});

it("takes no clock for a difference", () => {
  const at = (time: number) => exchange({ downstream: `date: ${new Date(time).toUTCString()}\r\n` });
  expect(compareExchanges(at(Date.now()), at(Date.now() + 60_000), nothing())).toBeNull();
  expect(compareExchanges(at(0), at(60_000), nothing())?.what).toBe("bytes to the client");
});

it("compares how a stream ends, and counters", () => {
  expect(compareExchanges(exchange(), exchange({ kind: "reset" }), nothing())?.what).toBe("outcome");
  const counter = (value: bigint) => [{ name: "wasmcustom.a", type: "counter", value, samples: [] }] as const;
  expect(compareMetrics(counter(1n), counter(1n))).toBeNull();
  expect(compareMetrics(counter(1n), counter(2n))).toMatchObject({
    what: "metrics",
    envoy: { line: "counter wasmcustom.a: 2" },
  });
});
