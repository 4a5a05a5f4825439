import { withoutTimeOfDay } from "as-proxy-wasm-sim/real-envoy";

import type { Observation, ThreadLines } from "./observation.js";

/**
 * Everything that differs from run to run by its nature. This is the whole list; whatever else differs is a difference.
 *
 * - Thread ids: lines are sorted by thread, and the thread is called `main` or `worker` (real-envoy/envoy-lines.ts).
 * - Ports: Envoy and the upstream choose free ones. None of them stands in a header or in the trace.
 * - `date` of a local reply that is made in the response phase: it misses the filter that fixes all other dates (abi.md
 *   F.1), so it is the time of day, on the
 *   wire and in what a filter logs of it. Recorded dates are older and stay.
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
    streams: seen.streams.map(({ downstream, worker, ...rest }) => ({
      ...rest,
      downstream: { ...downstream, bytes: withoutTimeOfDay(downstream.bytes, now) },
      worker: thread(worker),
    })),
    stop: { main: thread(seen.stop.main), worker: thread(seen.stop.worker) },
  };
}
