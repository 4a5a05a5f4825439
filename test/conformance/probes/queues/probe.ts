import type { Probe } from "../probe.js";
import { stream } from "../streams.js";

const asking = (id: string, order: string, vm?: string) =>
  stream(id, { headers: [["x-do", order], ...(vm === undefined ? [] : [["x-vm", vm] as const])] });

const item = (value: string) => stream(`item-${value}`, { headers: [["x-item", value]] });

export const probe: Probe = {
  streams: [],
  configurations: {
    "one-vm": {
      configuration: "consume",
      steps: [
        asking("enqueue", "enqueue"),
        asking("enqueue-again", "enqueue"),
        asking("enqueue-empty", "enqueue-empty"),
        asking("nothing-left", "take"),
        asking("taken-before-the-callback", "take-back"),
        asking("unknown", "unknown"),
        asking("register-in-a-stream", "register"),
        asking("shared-data", "shared"),
        asking("shared-data-again", "shared"),
      ],
    },
    drained: { configuration: "drain", steps: [asking("enqueue", "enqueue"), asking("again", "enqueue")] },
    "two-vms": {
      configuration: "produce",
      vmId: "producer",
      beside: [{ name: "consumer", vmId: "consumer", configuration: "consume" }],
      steps: [
        asking("own-queue-is-none", "enqueue"),
        asking("of-the-other-vm", "enqueue", "consumer"),
        asking("shared-data-is-apart", "shared"),
      ],
    },
    "singleton-consumer": {
      entry: "other",
      vmId: "producer",
      singletons: [{ name: "consumer", vmId: "consumer" }],
      steps: [item("one"), item("two"), item("take")],
    },
    "registrant-traps": {
      entry: "other",
      vmId: "producer",
      beside: [{ name: "consumer", vmId: "consumer" }],
      steps: [item("one"), item("trap"), item("kept"), item("take")],
    },
    "two-roots": {
      configuration: "consume",
      beside: [{ name: "second", rootId: "second", configuration: "drain" }],
      steps: [asking("the-last-registrant-is-called", "enqueue"), asking("shared-data", "shared")],
    },
  },
};
