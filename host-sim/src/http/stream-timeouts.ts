import type { ScheduledEvent } from "../envoy/timeline.js";

/** Runs something after so many simulated milliseconds. */
export type Schedule = (delayMs: number, run: () => void) => ScheduledEvent;

/** One of Envoy's timers: it can be started again and again, and runs out at most once (abi.md F.10). */
export class StreamTimer {
  #event: ScheduledEvent | null = null;

  constructor(
    private readonly schedule: Schedule,
    /** Infinity: never. */
    private readonly delayMs: number,
    private readonly run: () => void,
  ) {}

  /** From now on, also when it runs already. */
  start(): void {
    this.stop();
    if (this.delayMs === Infinity) return;
    this.#event = this.schedule(this.delayMs, () => {
      this.#event = null;
      this.run();
    });
  }

  stop(): void {
    this.#event?.cancel();
    this.#event = null;
  }
}
