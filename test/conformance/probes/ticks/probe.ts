import type { Probe } from "../probe.js";
import { stream } from "../streams.js";

export const probe: Probe = {
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
    "from-configure": { configuration: "tick", steps: [{ wait: 1600 }, stream("after")] },
  },
};
