import { probe as bodies } from "./bodies/probe.js";
import { probe as headers } from "./headers/probe.js";
import { probe as hold } from "./hold/probe.js";
import { probe as limits } from "./limits/probe.js";
import { probe as maps } from "./maps/probe.js";
import { probe as modules } from "./modules/probe.js";
import { probe as accessLogger } from "./access-logger/probe.js";
import { probe as callouts } from "./callouts/probe.js";
import { probe as capabilities } from "./capabilities/probe.js";
import { probe as chains } from "./chains/probe.js";
import { probe as connections } from "./connections/probe.js";
import { probe as failures } from "./failures/probe.js";
import { probe as grpc } from "./grpc/probe.js";
import { probe as queues } from "./queues/probe.js";
import { probe as ticks } from "./ticks/probe.js";
import { probe as updates } from "./updates/probe.js";
import { probe as wire } from "./wire/probe.js";
import type { Probe } from "./probe.js";
import { probe as peers } from "./peers/probe.js";
import { probe as properties } from "./properties/probe.js";
import { probe as replies } from "./replies/probe.js";
import { probe as resume } from "./resume/probe.js";
import { probe as services } from "./services/probe.js";
import { probe as start } from "./start/probe.js";
import { probe as statuses } from "./statuses/probe.js";
import { probe as system } from "./system/probe.js";
import { probe as traps } from "./traps/probe.js";

export { overHttp2 } from "./streams.js";
export { buildProbe } from "./build.js";
export type { BesidePlugin, Probe, ProbeConfiguration } from "./probe.js";

/** By the name of their folder. */
export const probes: Readonly<Record<string, Probe>> = {
  "access-logger": accessLogger,
  bodies,
  callouts,
  capabilities,
  chains,
  connections,
  failures,
  grpc,
  headers,
  hold,
  limits,
  maps,
  modules,
  peers,
  properties,
  queues,
  replies,
  resume,
  services,
  start,
  statuses,
  system,
  ticks,
  traps,
  updates,
  wire,
};
