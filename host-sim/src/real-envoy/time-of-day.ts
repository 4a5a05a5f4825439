import { standingSince } from "../envoy/clock.js";

const RECENT_MS = 10 * 60_000;
const HTTP_DATE = /(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT/g;

/**
 * HTTP dates around now, or around the moment at which simulated time begins, replaced: the `date` of a local reply that is made in the response phase is the time of day (abi.md
 * F.1), on the wire and in what a filter logs of it. Recorded dates are older and stay.
 */
export function withoutTimeOfDay(bytes: string, now: number): string {
  const isRecent = (date: number) => [now, standingSince].some((time) => Math.abs(date - time) < RECENT_MS);
  return bytes.replace(HTTP_DATE, (date) => (isRecent(Date.parse(date)) ? "<the time of day>" : date));
}
