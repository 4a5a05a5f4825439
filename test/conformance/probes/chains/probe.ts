import type { Probe, ProbeConfiguration } from "../probe.js";
import { type MessageParts, stream, type StreamParts } from "../streams.js";

const doing = (id: string, order: string, parts: StreamParts = {}) =>
  stream(id, { ...parts, headers: [["x-do", order], ...(parts.headers ?? [])] });

const body: MessageParts = { body: ["one", "two"] };
const trailers: MessageParts = { body: ["one"], trailers: [["x-sum", "7"]] };

const steps = [
  stream("nothing", { ...body, response: body }),
  stream("trailers", { ...trailers, response: trailers }),
  ...["reqh", "reqb", "resh", "resb"].flatMap((phase) =>
    ["p", "second"].map((who) =>
      doing(`${who}-replies-in-${phase}`, `${who}:${phase}:reply`, { ...body, response: body }),
    ),
  ),
  ...["p", "second"].flatMap((who) => [
    doing(`${who}-buffers-the-request`, `${who}:reqb:buffer`, { ...body, response: body }),
    doing(`${who}-buffers-before-trailers`, `${who}:reqb:buffer`, { ...trailers, response: trailers }),
    doing(`${who}-buffers-the-response`, `${who}:resb:buffer`, { response: body }),
    doing(`${who}-sets-a-property`, `${who}:reqh:set`),
    doing(`${who}-closes`, `${who}:reqh:close`),
  ]),
  doing("second-stops-with-body", "second:reqh:stop", body),
];

const chain = (configuration: ProbeConfiguration): ProbeConfiguration => ({ steps, ...configuration });

const trapping = (who: string, phase: string) => [
  doing("trap", `${who}:${phase}:trap`, { ...body, response: body }),
  stream("after", { response: body }),
];

export const probe: Probe = {
  alsoOverHttp2: ["one-vm", "two-vms"],
  streams: [],
  configurations: {
    "two-vms": chain({ vmId: "one", beside: [{ name: "second", vmId: "two" }] }),
    "one-vm": chain({ beside: [{ name: "second", rootId: "second" }] }),
    "the-same-twice": { beside: [{ name: "p" }], steps: [stream("nothing", { ...body, response: body })] },
    "only-the-name-differs": {
      beside: [{ name: "second" }],
      steps: [stream("nothing", { ...body, response: body })],
    },
    "other-context": {
      beside: [{ name: "second", rootId: "second" }],
      steps: [doing("other", "second:reqh:other")],
    },
    "first-traps": { vmId: "one", beside: [{ name: "second", vmId: "two" }], steps: trapping("p", "reqh") },
    "second-traps": {
      vmId: "one",
      beside: [{ name: "second", vmId: "two" }],
      steps: trapping("second", "reqh"),
    },
    "second-traps-in-response": {
      vmId: "one",
      beside: [{ name: "second", vmId: "two" }],
      steps: trapping("second", "resh"),
    },
    "first-traps-in-response": {
      vmId: "one",
      beside: [{ name: "second", vmId: "two" }],
      steps: trapping("p", "resh"),
    },
    "one-vm-traps": { beside: [{ name: "second", rootId: "second" }], steps: trapping("second", "reqh") },
  },
};
