import type { Probe } from "../probe.js";
import { stream } from "../streams.js";

export const probe: Probe = {
  configurations: {
    "start-refuses": { vmConfiguration: "start-refuses" },
    "start-traps": { vmConfiguration: "start-traps" },
    "create-traps": { configuration: "create-traps" },
    "configure-refuses": { configuration: "configure-refuses" },
    "configure-traps": { configuration: "configure-traps" },
    "configure-returns-2": { configuration: "configure-returns-2" },
  },
  streams: [stream("get")],
};
