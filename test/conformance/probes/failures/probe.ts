import type { FailurePolicy, PluginConfig } from "as-proxy-wasm-sim";

import type { Step } from "../../case.js";
import type { Probe, ProbeConfiguration } from "../probe.js";
import { sized, stream } from "../streams.js";

const backoffMs = 100;

const policies: readonly FailurePolicy[] = ["FAIL_CLOSED", "FAIL_OPEN", "FAIL_RELOAD"];

const withPolicy = (failurePolicy: FailurePolicy): Partial<PluginConfig> => ({
  failurePolicy,
  reloadConfig: { backoff: { baseIntervalMs: backoffMs } },
});

const answered = { response: sized("hello") };

/** A VM that is old enough to be started anew, a stream in which a plugin traps, and two that come after it. */
const steps = (who: string, callback: string): readonly Step[] => [
  stream("before", answered),
  { wait: 3 * backoffMs },
  stream("trap", {
    headers: [
      [`x-${who}`, callback],
      ["content-length", "4"],
    ],
    body: ["body"],
    ...answered,
  }),
  stream("after", { ...sized("more"), ...answered }),
  stream("after-get", answered),
];

const apart: Record<string, ProbeConfiguration> = {};
for (const policy of policies)
  for (const who of ["p", "q"])
    for (const callback of ["reqh", "reqb", "resh", "resb", "log"])
      apart[`${policy}/${who}-${callback}`] = {
        vmId: "p",
        plugin: withPolicy(policy),
        beside: [{ name: "q", vmId: "q" }],
        steps: steps(who, callback),
      };

const together = (policy: FailurePolicy, others: FailurePolicy): ProbeConfiguration => ({
  plugin: withPolicy(policy),
  beside: [{ name: "q", plugin: withPolicy(others) }],
  steps: steps("q", "reqh"),
});

export const probe: Probe = {
  streams: [],
  configurations: {
    ...apart,
    "one-vm/both-reload": together("FAIL_RELOAD", "FAIL_RELOAD"),
    "one-vm/one-reloads": together("FAIL_RELOAD", "FAIL_CLOSED"),
    "one-vm/one-opens": together("FAIL_OPEN", "FAIL_CLOSED"),
    "access-logger": {
      kind: "access-logger",
      plugin: withPolicy("FAIL_RELOAD"),
      steps: steps("p", "log"),
    },
    "the-same-twice": { beside: [{ name: "p" }], steps: steps("p", "resh") },
  },
};
