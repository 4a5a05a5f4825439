import type { FailurePolicy, RecordedConnection } from "as-proxy-wasm-sim";

import type { Step } from "../../case.js";
import type { Probe, ProbeConfiguration } from "../probe.js";
import { sized, stream, type StreamParts } from "../streams.js";

const policies: readonly FailurePolicy[] = ["FAIL_CLOSED", "FAIL_OPEN", "FAIL_RELOAD"];
const trailers = [["x-checksum", "abc"]] as const;

const held = (id: string, asked: Readonly<Record<string, string>>, parts: StreamParts = {}) =>
  stream(id, {
    ...parts,
    headers: Object.entries(asked).map(([name, value]) => [`x-${name}`, value] as const),
  });

const places = ["request-headers", "request-body", "response-headers", "response-body", "response-trailers"];
const whole: StreamParts = { body: ["one ", "two"], response: { body: ["three ", "four"], trailers } };

/** Held in each callback, let go by a tick as it is or edited, and a reply in the body after the headers have gone. */
const late: readonly Step[] = [
  ...places.map((place) => held(`${place}-released`, { hold: place }, whole)),
  ...places.map((place) => held(`${place}-edited`, { hold: place, do: "edit" }, whole)),
  held(
    "response-body-released-before-its-end",
    { hold: "response-body" },
    {
      response: { body: ["three ", "four"] },
      order: ["request", "response", "response", { wait: 400 }],
    },
  ),
  held("reply-after-the-headers", { hold: "request-headers", reply: "request-body" }, { body: ["one"] }),
  held(
    "reply-after-the-headers-sized",
    { hold: "request-headers", reply: "request-body" },
    { ...sized("one") },
  ),
];

/** A tick kills the VM while a stream is held or waits for its upstream; what it gets, and a stream that comes later. */
const dying = (failurePolicy: FailurePolicy, place: string): ProbeConfiguration => ({
  entry: "late",
  plugin: { failurePolicy },
  connectionManager: { streamIdleTimeoutMs: 900 },
  steps: [
    held(
      "dies",
      { hold: place, do: "trap" },
      {
        response: sized("answer"),
        ...(place === "nowhere" ? { order: ["request", { wait: 500 }] } : {}),
      },
    ),
    stream("later", { response: sized("answer") }),
  ],
});

const connection = (id: string, ...events: RecordedConnection["events"]): RecordedConnection => ({
  id,
  events,
});

export const probe: Probe = {
  alsoOverHttp2: ["default"],
  streams: [],
  configurations: {
    default: {
      steps: [
        stream("start", {
          headers: [
            ["x-do", "tick"],
            ["x-ticks", "3"],
          ],
        }),
        { wait: 1200 },
        stream("start-again", {
          headers: [
            ["x-do", "tick"],
            ["x-ticks", "2"],
          ],
        }),
        { wait: 800 },
        stream("held", { headers: [["x-do", "hold"]] }),
        stream("held-with-body", { headers: [["x-do", "hold"]], body: ["one", "two"] }),
        stream("reply", { headers: [["x-do", "reply"]] }),
        stream("response-held", { response: { headers: [["x-do", "hold"]], body: ["one"] } }),
        stream("response-reply", { response: { headers: [["x-do", "reply"]], body: ["one"] } }),
        stream("stream-has-gone", { headers: [["x-do", "tick"]] }),
        { wait: 600 },
      ],
    },
    // Held by StopAll, no limit holds (abi.md E.9).
    "small-buffer": {
      perConnectionBufferLimitBytes: 16_384,
      steps: [
        stream("response-over-limit", { response: { headers: [["x-do", "hold"]], body: [20_000, 20_000] } }),
      ],
    },
    late: { entry: "late", steps: late },
    ...Object.fromEntries(
      policies.map((failurePolicy) => [
        `dies-held/${failurePolicy}`,
        dying(failurePolicy, "request-headers"),
      ]),
    ),
    ...Object.fromEntries(
      policies.map((failurePolicy) => [`dies-waiting/${failurePolicy}`, dying(failurePolicy, "nowhere")]),
    ),
    ...Object.fromEntries(
      policies.map((failurePolicy) => [
        `connection-dies/${failurePolicy}`,
        {
          entry: "late",
          kind: "network",
          plugin: { failurePolicy },
          steps: [
            connection(
              "older",
              { from: "client", kind: "data", bytes: "clock" },
              { kind: "wait", milliseconds: 500 },
              { from: "client", kind: "data", bytes: "after the trap" },
            ),
          ],
        } satisfies ProbeConfiguration,
      ]),
    ),
    "from-configure": { configuration: "tick", steps: [{ wait: 1600 }, stream("after")] },
  },
};
