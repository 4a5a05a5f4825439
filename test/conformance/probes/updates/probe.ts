import type { PluginConfig } from "as-proxy-wasm-sim";

import type { Step } from "../../case.js";
import type { Probe } from "../probe.js";
import { sized, stream } from "../streams.js";

const changed =
  (change: Partial<PluginConfig>) =>
  (plugins: readonly PluginConfig[]): readonly PluginConfig[] =>
    plugins.map((plugin) => ({ ...plugin, ...change }));

/** Each with a configuration of its own. */
const configuredApart = (...configurations: readonly string[]): Step => ({
  update: (plugins) =>
    plugins.map((plugin, index) => ({ ...plugin, configuration: configurations[index] ?? "" })),
});

/** Of the first plugin, by itself. */
const extension = (change: Partial<PluginConfig>): Step => ({
  updateExtension: ([plugin]) => ({ ...plugin!, ...change }),
});
const vm = (change: Partial<PluginConfig["vmConfig"]>): Step => ({
  updateExtension: ([plugin]) => ({ ...plugin!, vmConfig: { ...plugin!.vmConfig, ...change } }),
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
    extension: {
      configuration: "one",
      plugin: { configDiscovery: true },
      steps: [
        stream("before"),
        extension({ configuration: "two" }),
        stream("after"),
        extension({ configuration: "two" }),
        stream("after-nothing-changed"),
        extension({ configuration: "refuse" }),
        stream("after-a-refused-one"),
        extension({ configuration: "refuse" }),
        stream("after-the-refused-one-again"),
        extension({ configuration: "trap" }),
        stream("after-one-that-traps"),
        extension({ configuration: "trap", failurePolicy: "FAIL_OPEN" }),
        stream("after-one-that-traps-and-fails-open"),
        vm({ code: Buffer.from("no module") }),
        stream("after-no-module"),
        vm({ configuration: "second VM" }),
        stream("after-another-VM"),
        extension({ configuration: "two" }),
        stream("after-the-second-once-more"),
      ],
    },
    "extension-refused-first": {
      configuration: "refuse",
      plugin: { configDiscovery: true },
      beside: [{ name: "q", vmId: "second", configuration: "one", plugin: { configDiscovery: false } }],
      steps: [
        stream("before"),
        stream("before-with-body", sized("body")),
        extension({ configuration: "refuse" }),
        stream("still-refused"),
        extension({ configuration: "two" }),
        stream("after"),
        // Its verdict went with its base VM; this one stays.
        extension({ configuration: "refuse" }),
        extension({ configuration: "two" }),
        extension({ configuration: "refuse" }),
        stream("at-last"),
      ],
    },
    "extension-deferred": {
      configuration: "defer",
      plugin: { configDiscovery: true },
      steps: [stream("before"), extension({ configuration: "two" }), stream("after"), { wait: 1200 }],
    },
    "extension-and-listener": {
      configuration: "one",
      dynamicListeners: true,
      drainTimeMs: 1000,
      plugin: { configDiscovery: true },
      beside: [{ name: "q", vmId: "second", plugin: { configDiscovery: false } }],
      steps: [
        stream("before"),
        extension({ configuration: "two" }),
        stream("after-the-extension"),
        {
          update: (plugins) =>
            plugins.map((plugin) => (plugin.name === "q" ? { ...plugin, configuration: "three" } : plugin)),
        },
        stream("after-the-listener"),
        { wait: 2500 },
        extension({ configuration: "four" }),
        stream("drained"),
      ],
    },
    deferred: {
      configuration: "defer",
      dynamicListeners: true,
      drainTimeMs: 1000,
      steps: [stream("before"), configured("two"), stream("after"), { wait: 2500 }, stream("drained")],
    },
    "deferred-at-the-end": { configuration: "defer", steps: [stream("before")] },
  },
};
