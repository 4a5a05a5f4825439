import type { Workload } from "../workloads.js";

/** An SDK whose filters stand under filters/NAME. */
export interface Sdk {
  readonly name: string;
  /** Its version and its compiler's. */
  version(): Promise<string>;
  /** The workloads that can be written with it. */
  readonly workloads: readonly Workload["id"][];
  /** Builds the filters under .cache/bench and gives the path of each module. */
  build(): Promise<(workload: Workload["id"]) => string>;
}
