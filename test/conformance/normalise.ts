import type { Observation } from "./observation.js";

/**
 * Everything that differs from run to run by its nature. This is the whole list; whatever else differs is a difference.
 *
 * - Thread ids: lines are sorted by thread, and the thread is called `main` or `worker` (envoy/observe.ts).
 * - Ports: Envoy and the upstream choose free ones. None of them stands in a header or in the trace.
 * - `date` of a local reply that is made in the response phase: it misses the filter that fixes all other dates (abi.md
 *   F.1), so it is the time of day, on the
 *   wire and in what a filter logs of it. Recorded dates are older and stay.
 */
export function normalise(seen: Observation): Observation {
  const now = Date.now();
  return {
    ...seen,
    streams: seen.streams.map(({ downstream, worker, ...rest }) => ({
      ...rest,
      downstream: { ...downstream, bytes: withoutTimeOfDay(downstream.bytes, now) },
      worker: { ...worker, logs: worker.logs.map((line) => withoutTimeOfDay(line, now)) },
    })),
  };
}

const RECENT_MS = 10 * 60_000;
const HTTP_DATE = /(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT/g;

function withoutTimeOfDay(bytes: string, now: number): string {
  return bytes.replace(HTTP_DATE, (date) =>
    Math.abs(Date.parse(date) - now) < RECENT_MS ? "<the time of day>" : date,
  );
}
