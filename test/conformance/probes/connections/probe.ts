import type { ConnectionEvent, FailurePolicy, RecordedConnection } from "as-proxy-wasm-sim";

import type { Probe, ProbeConfiguration } from "../probe.js";

const client = (bytes: string): ConnectionEvent => ({ from: "client", kind: "data", bytes });
const upstream = (bytes: string): ConnectionEvent => ({ from: "upstream", kind: "data", bytes });
const end = (from: "client" | "upstream"): ConnectionEvent => ({ from, kind: "end" });
const reset = (from: "client" | "upstream"): ConnectionEvent => ({ from, kind: "reset" });

const connection = (id: string, ...events: ConnectionEvent[]): RecordedConnection => ({ id, events });

/** Two filters, each with a VM, and what logs their connections. */
const chain = (steps: ProbeConfiguration["steps"]): ProbeConfiguration => ({
  kind: "network",
  vmId: "p",
  beside: [
    { name: "q", vmId: "q" },
    { name: "logger", kind: "access-logger", vmId: "logger" },
  ],
  steps: steps ?? [],
});

const failing = (failurePolicy: FailurePolicy, text: string): ProbeConfiguration => ({
  kind: "network",
  vmId: "p",
  plugin: { failurePolicy, reloadConfig: { backoff: { baseIntervalMs: 100 } } },
  beside: [{ name: "q", vmId: "q" }],
  steps: [
    { wait: 300 },
    connection("before", client("1")),
    connection("trap", client(text)),
    connection("after", client("3"), upstream("4")),
  ],
});

const policies: readonly FailurePolicy[] = ["FAIL_CLOSED", "FAIL_OPEN", "FAIL_RELOAD"];

export const probe: Probe = {
  streams: [],
  configurations: {
    ends: chain([
      connection("client-first", client("x"), upstream("y"), end("client"), end("upstream")),
      connection("upstream-first", client("x"), upstream("y"), end("upstream"), client("z"), end("client")),
      connection("at-once", end("client")),
      connection("nothing"),
      connection("client-resets", client("x"), reset("client")),
      connection("upstream-resets", client("x"), upstream("y"), reset("upstream")),
      { ...connection("refused", client("x")), upstreamAccepts: false },
    ]),
    holds: chain([
      connection("first", client("hold-p"), client("more")),
      connection("second", client("hold-q"), client("more")),
      connection("upstream-first", client("x"), upstream("hold-p"), upstream("more"), end("upstream")),
      connection("upstream-second", client("x"), upstream("hold-q"), upstream("more"), end("upstream")),
      connection("continue", client("continue-p"), client("more")),
    ]),
    closes: chain(
      ["p", "q"].flatMap((who) => [
        connection(`${who}-downstream`, client(`close-${who}`), client("late")),
        connection(`${who}-downstream-as-upstream`, client(`other-${who}`)),
        connection(`${who}-upstream`, client("x"), upstream(`close-${who}`)),
        connection(`${who}-upstream-as-downstream`, client("x"), upstream(`other-${who}`)),
      ]),
    ),
    "early-data": {
      ...chain([
        connection("held", client("hold-p"), client("more"), upstream("y")),
        connection("passed", client("x"), upstream("y")),
      ]),
      tcpConnectsOnData: true,
    },
    ...Object.fromEntries(
      policies.flatMap((policy) => [
        [`${policy}/first-traps`, failing(policy, "trap-p")],
        [`${policy}/second-traps`, failing(policy, "trap-q")],
        [`${policy}/traps-at-once`, { ...failing(policy, "x"), configuration: "trap", beside: [] }],
      ]),
    ),
  },
};
