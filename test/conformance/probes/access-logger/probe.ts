import type { Probe } from "../probe.js";
import { sized, stream } from "../streams.js";

export const probe: Probe = {
  alsoOverHttp2: ["alone", "with-a-quiet-chain"],
  streams: [],
  configurations: {
    alone: {
      kind: "access-logger",
      steps: [
        stream("exchange", { headers: [["x-any", "1"]], ...sized("body"), response: { body: ["answer"] } }),
        stream("trailers", { response: { body: ["a"], trailers: [["x-any", "t"]] } }),
        stream("no-content", { response: { status: 204 } }),
      ],
    },
    // One VM, so that the filter reaches the logger's root; and apart, so that the filter lives on.
    "turned-to": {
      entry: "trapping",
      beside: [{ name: "logger", kind: "access-logger" }],
      steps: [stream("turn", { headers: [["x-do", "turn"]] }), stream("after")],
    },
    traps: {
      entry: "trapping",
      vmId: "filter",
      beside: [{ name: "logger", kind: "access-logger", vmId: "logger" }],
      steps: [
        stream("before"),
        stream("trap", { headers: [["x-do", "trap"]], response: sized("answer") }),
        stream("after", { response: sized("answer") }),
      ],
    },
    "with-a-quiet-chain": {
      entry: "quiet",
      beside: [{ name: "logger", kind: "access-logger", entry: "index" }],
      steps: [
        stream("exchange", { headers: [["x-any", "1"]], response: { body: ["answer"] } }),
        stream("reply", { headers: [["x-do", "reply"]] }),
        stream("close", { headers: [["x-do", "close"]] }),
      ],
    },
  },
};
