import { withoutTimeOfDay } from "as-proxy-wasm-sim/real-envoy";

import type { Observation, StepEnd, ThreadLines } from "./observation.js";

/**
 * Everything that differs from run to run by its nature. This is the whole list; whatever else differs is a difference.
 *
 * - Thread ids: lines are sorted by thread, and the thread is called `main` or `worker` (real-envoy/envoy-lines.ts).
 * - Ports: Envoy and the upstream choose free ones. None of them stands in a header or in the trace.
 * - `date` of a local reply that is made in the response phase: it misses the filter that fixes all other dates (abi.md
 *   F.1), so it is the time of day, on the
 *   wire and in what a filter logs of it. Recorded dates are older and stay.
 * - How many VMs there are when a thread has made its own in an update: main thread and workers make theirs at once.
 * - When the VMs of a drained listener go: which thread is the last, and so ends the VM that both were made from, is a race.
 * - Calls that a guest's own runtime makes by the clock, in the cases that name them (`racyCalls`).
 */
export function normalise(seen: Observation, racyCalls: readonly string[] = []): Observation {
  const now = Date.now();
  const isRacy = (line: string) => racyCalls.some((name) => RegExp(`[.]${name}(?:[(]| return)`).test(line));
  const thread = ({ trace, logs }: ThreadLines): ThreadLines => ({
    trace: racyCalls.length === 0 ? trace : trace.filter((line) => !isRacy(line)),
    logs: logs.map((line) => withoutTimeOfDay(line, now)),
  });
  return {
    ...seen,
    start: { ...seen.start, main: thread(seen.start.main), worker: thread(seen.start.worker) },
    streams: seen.streams.map(({ downstream, worker, main, ...rest }) => ({
      ...rest,
      downstream: { ...downstream, bytes: withoutTimeOfDay(downstream.bytes, now) },
      worker: withoutVerdict(withoutCount(downstream.end, thread(worker))),
      main: withoutCount(downstream.end, thread(main)),
    })),
    stop: { main: thread(seen.stop.main), worker: thread(seen.stop.worker) },
  };
}

function withoutCount(end: StepEnd, { trace, logs }: ThreadLines): ThreadLines {
  if (end === "waited")
    return { trace, logs: logs.filter((line) => !/^debug ~Wasm \d+ remaining active$/.test(line)) };
  if (end !== "accepted") return { trace, logs };
  return { trace, logs: logs.map((line) => line.replace(/(Thread-Local Wasm created) \d+/, "$1 N")) };
}

/**
 * That an update was rejected reaches a worker by itself, before or after the request that marks the end of the step in its
 * log: on the worker the line may stand in this step or in none.
 */
function withoutVerdict({ trace, logs }: ThreadLines): ThreadLines {
  return {
    trace,
    logs: logs.filter((line) => line !== "critical Plugin configured to fail closed failed to load"),
  };
}
