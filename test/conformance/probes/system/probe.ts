import type { Probe } from "../probe.js";
import { stream } from "../streams.js";

export const probe: Probe = {
  configurations: { default: {} },
  streams: [stream("get"), stream("get-again")],
};
