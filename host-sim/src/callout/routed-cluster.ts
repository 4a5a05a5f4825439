import { SimulatorError } from "../errors.js";
import type { ClusterFailure } from "../http/router.js";
import type { Clusters } from "./clusters.js";

/**
 * How a cluster fails that a route leads to: the recording answers for every other one. A cluster with an answer of its own
 * is one of callouts.
 */
export function routedClusterFailure(name: string, clusters: Clusters): ClusterFailure | null {
  const script = clusters[name];
  if (script === undefined || script === null) return null;
  if (script === "unreachable" || script === "no healthy host") return script;
  throw new SimulatorError(
    "ERR_OPTIONS",
    `A route leads to the cluster "${name}", and clusters says how it answers callouts: that is not simulated for streams.`,
    'Route the stream to another name, for which the recording answers, or give the cluster "unreachable" or "no healthy host".',
  );
}
