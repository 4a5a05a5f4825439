import { CallbackTimeoutError } from "../errors.js";
import { interruption } from "../http/exchange-signals.js";
import { runWithDeadline } from "./deadline.js";
import type { EventLog } from "./event-log.js";
import type { EnvoyThread } from "./thread.js";
import type { Threads } from "./threads.js";
import type { Timeline } from "./timeline.js";

/** The time limit of callbacks is for so many events together: each guard costs a little. */
export const eventsAtOnce = 1000;

/** Runs what enters guests, which may not come back or do what a real Envoy would not survive. */
export class Guard {
  constructor(
    private readonly threads: Threads,
    private readonly timeline: Timeline,
    private readonly events: EventLog,
    private readonly callbackTimeoutMs: number,
  ) {}

  /**
   * What stops it stops the thread on which it happened, or this one; gives that error when no stream was there to end with
   * it, else null.
   */
  run(thread: EnvoyThread, run: () => void, graceMs = 0): unknown {
    try {
      this.deadline(run, graceMs);
      return null;
    } catch (error) {
      if (error instanceof CallbackTimeoutError) this.events.timedOut(this.callbackTimeoutMs);
      const owner = this.timeline.running;
      this.timeline.forgetRunning();
      const broken = this.threads.withDispatcher(owner) ?? thread;
      const hadStreams = broken.abort(interruption(error));
      return hadStreams ? null : error;
    }
  }

  /** The same for something that is an action of its own: what it broke is replaced. Throws what no stream could end with. */
  runAndReplace(thread: EnvoyThread, about: string, run: () => void): void {
    const error = this.run(thread, run);
    this.threads.replaceBroken(about);
    if (error !== null) throw error;
  }

  /** The time limit alone. */
  deadline(run: () => void, graceMs = 0): void {
    runWithDeadline(this.callbackTimeoutMs, run, { graceMs, call: () => this.events.lastEntered });
  }
}
