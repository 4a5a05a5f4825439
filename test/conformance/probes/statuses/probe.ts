import type { Probe } from "../probe.js";
import { sized, stream } from "../streams.js";

export const probe: Probe = {
  configurations: { default: { configuration: "configuration", vmConfiguration: "vm" } },
  streams: [stream("get"), stream("post", sized("hello"))],
};
