import type { Observation } from "./observation.js";

/**
 * Everything that differs from run to run by its nature. This is the whole list; whatever else differs is a difference.
 *
 * - Thread ids: lines are sorted by thread, and the thread is called `main` or `worker` (envoy/observe.ts).
 * - Ports: Envoy and the upstream choose free ones. None of them stands in a header or in the trace.
 * - `date` of a local reply that is made in the response phase: it misses the filter that fixes all other dates (abi.md
 *   F.1), so it is the time of day. Recorded dates are older and stay.
 */
export function normalise(seen: Observation): Observation {
  const now = Date.now();
  return {
    ...seen,
    streams: seen.streams.map((stream) => ({
      ...stream,
      downstream: { ...stream.downstream, bytes: withoutTimeOfDay(stream.downstream.bytes, now) },
    })),
  };
}

const RECENT_MS = 10 * 60_000;

function withoutTimeOfDay(bytes: string, now: number): string {
  return bytes.replace(/^date: (.*)\r$/gm, (line, date: string) =>
    Math.abs(Date.parse(date) - now) < RECENT_MS ? "date: <the time of day>\r" : line,
  );
}
