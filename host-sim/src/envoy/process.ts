import type { ConfiguredPlugins } from "./configured-plugins.js";
import type { Guard } from "./guard.js";
import type { ProcessServices } from "./plugin-host.js";
import type { Threads } from "./threads.js";
import type { Timeline } from "./timeline.js";

/** One simulated process, as its start-up and its updates see it. */
export interface EnvoyProcess {
  readonly timeline: Timeline;
  readonly services: ProcessServices;
  readonly plugins: ConfiguredPlugins;
  readonly threads: Threads;
  readonly guard: Guard;
}
