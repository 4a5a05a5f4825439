import type { PluginConfig } from "as-proxy-wasm-sim";

import type { Step } from "../../case.js";
import type { Probe } from "../probe.js";
import { stream } from "../streams.js";

const changed =
  (change: Partial<PluginConfig>) =>
  (plugins: readonly PluginConfig[]): readonly PluginConfig[] =>
    plugins.map((plugin) => ({ ...plugin, ...change }));

/** Each with a configuration of its own. */
const configuredApart = (...configurations: readonly string[]): Step => ({
  update: (plugins) =>
    plugins.map((plugin, index) => ({ ...plugin, configuration: configurations[index] ?? "" })),
});

const two = { dynamicListeners: true, drainTimeMs: 4000, configuration: "one" } as const;
const several: readonly Step[] = [
  stream("before"),
  configuredApart("two", "three", "four"),
  stream("after"),
  configuredApart("five", "six", "refuse"),
  stream("after-a-refused-last"),
  configuredApart("refuse", "five", "six"),
  stream("after-a-refused-first"),
  configuredApart("two", "seven", "four"),
  stream("after-the-second-alone"),
  { wait: 6500 },
  stream("drained"),
];

const configured = (configuration: string): Step => ({ update: changed({ configuration }) });

export const probe: Probe = {
  streams: [],
  configurations: {
    configuration: {
      configuration: "one",
      dynamicListeners: true,
      drainTimeMs: 3000,
      steps: [
        stream("before"),
        configured("two"),
        stream("after"),
        configured("two"),
        stream("after-nothing-changed"),
        configured("refuse"),
        stream("after-a-refused-one"),
        configured("trap"),
        stream("after-one-that-traps"),
        { wait: 5000 },
        stream("drained"),
      ],
    },
    code: {
      configuration: "one",
      vmConfiguration: "first VM",
      dynamicListeners: true,
      drainTimeMs: 1000,
      steps: [
        stream("before"),
        {
          update: (plugins) =>
            plugins.map((plugin) => ({
              ...plugin,
              vmConfig: { ...plugin.vmConfig, configuration: "second VM" },
            })),
        },
        stream("after"),
        { wait: 2500 },
        stream("drained"),
      ],
    },
    several: {
      ...two,
      beside: [
        { name: "q", vmId: "second" },
        { name: "s", vmId: "third" },
      ],
      steps: several,
    },
    "several-in-one-vm": { ...two, beside: [{ name: "q" }, { name: "s" }], steps: several },
    deferred: {
      configuration: "defer",
      dynamicListeners: true,
      drainTimeMs: 1000,
      steps: [stream("before"), configured("two"), stream("after"), { wait: 2500 }, stream("drained")],
    },
    "deferred-at-the-end": { configuration: "defer", steps: [stream("before")] },
  },
};
