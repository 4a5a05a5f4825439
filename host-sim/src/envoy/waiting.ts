import { eventsAtOnce } from "./guard.js";
import type { EnvoyThread } from "./thread.js";
import type { Timeline } from "./timeline.js";

/** The client of a stream that nothing but timers can move gives up after so many of them. */
const patience = 100;

/** A stream or connection that may wait for something. */
export interface Waiting {
  readonly finished: boolean;
  /** Gives the stream up; true when it goes on all the same. */
  clientGivesUp(): boolean;
}

/**
 * What lets time go on, some events at once, until a stream of this thread has ended; one that nothing but timers moves any
 * more, or for too long, is given up by its client. To be called until it is finished.
 */
export function waitingFor(
  stream: Waiting,
  { dispatcher }: EnvoyThread,
  timeline: Timeline,
  clientTimeoutMs: number,
): () => void {
  const end = timeline.now + clientTimeoutMs;
  let ticks = dispatcher.timersRun;
  return () => {
    for (let count = 0; count < eventsAtOnce && !stream.finished; count++) {
      const isPatient = timeline.hasMoreThanTimers || dispatcher.timersRun - ticks < patience;
      const { next } = timeline;
      if (isPatient && next !== null && next.due <= end) timeline.runNext();
      else if (stream.clientGivesUp()) ticks = dispatcher.timersRun;
    }
    if (stream.finished) timeline.runDue();
  };
}
