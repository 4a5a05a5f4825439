import type { Probe } from "../probe.js";
import { sized, stream } from "../streams.js";

export const probe: Probe = {
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
