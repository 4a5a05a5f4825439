/**
 * What can be seen of a case from outside, in the same form for both hosts. Bytes are byte strings, one character an
 * octet; trace and log lines are Envoy's without their prefix.
 */
export interface Observation {
  readonly start: {
    /** `refused`: the configuration is wrong, the process ends. */
    readonly outcome: "serving" | "refused";
    readonly main: ThreadLines;
    readonly worker: ThreadLines;
  };
  readonly streams: readonly StreamObservation[];
  readonly stop: { readonly main: ThreadLines; readonly worker: ThreadLines };
  /** `wasmcustom.NAME` without the prefix, and Envoy's own counters of reloads, as /stats prints the value. */
  readonly metrics: Readonly<Record<string, string>>;
}

export interface ThreadLines {
  readonly trace: readonly string[];
  /** `level text` */
  readonly logs: readonly string[];
}

export interface StreamObservation {
  readonly id: string;
  /** `crashed`: the whole process ended. What it does while it breaks is undefined, and nothing of it is told. */
  readonly downstream: { readonly bytes: string; readonly end: StepEnd };
  /** One entry a connection that carried bytes. */
  readonly upstream: readonly string[];
  /** What the upstreams of callouts got, an entry each, in an order that does not depend on which came first. */
  readonly callouts: readonly string[];
  readonly worker: ThreadLines;
  /** What the main thread did meanwhile. */
  readonly main: ThreadLines;
}

/** How a step ended: a stream, a connection, a wait or an update. */
export type StepEnd =
  "complete" | "cut" | "stalled" | "crashed" | "closed" | "waited" | "accepted" | "rejected";
