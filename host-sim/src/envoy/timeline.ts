/** Why something happens later. Timers alone may go on for ever. */
export type EventKind = "post" | "timer" | "callout" | "timeout";

export interface ScheduledEvent {
  readonly kind: EventKind;
  /** Milliseconds since the start of the process. */
  readonly due: number;
  /** What has happened or was cancelled does not happen (again). */
  cancel(): void;
}

interface Entry extends ScheduledEvent {
  readonly sequence: number;
  readonly owner: Dispatcher;
  readonly run: () => void;
}

/**
 * Simulated time and everything that waits for it, of all threads of the process. Time stands still while events run;
 * events of one moment run in the order in which they were scheduled.
 */
export class Timeline {
  readonly #entries: Entry[] = [];
  #running: Dispatcher | null = null;
  #now = 0;
  #nextSequence = 0;
  /** Runs after every event. */
  #afterEvent: () => void = () => undefined;

  /** Milliseconds since the start of the process. */
  get now(): number {
    return this.#now;
  }

  onEvent(afterEvent: () => void): void {
    this.#afterEvent = afterEvent;
  }

  /** Whose event runs, also after it was stopped from outside or threw. */
  get running(): Dispatcher | null {
    return this.#running;
  }

  /** Runs something of a thread that is no event. */
  as(owner: Dispatcher, run: () => void): void {
    const before = this.#running;
    this.#running = owner;
    run();
    this.#running = before;
  }

  /** Forgets the event that never returned. */
  forgetRunning(): void {
    this.#running = null;
  }

  /** What comes next, or null. */
  get next(): ScheduledEvent | null {
    return this.#entries[0] ?? null;
  }

  /** Whether anything but timers is to come. */
  get hasMoreThanTimers(): boolean {
    return this.#entries.some(({ kind }) => kind !== "timer");
  }

  /** Goes on to the next event and runs it. */
  runNext(): void {
    const entry = this.#entries.shift();
    if (entry === undefined) return;
    this.#now = Math.max(this.#now, entry.due);
    if (entry.kind === "timer") entry.owner.timersRun += 1;
    this.as(entry.owner, entry.run);
    this.#afterEvent();
  }

  /** Runs everything that is due by now, also what these events post. */
  runDue(): void {
    this.advanceTo(this.#now);
  }

  /** Goes on to a moment, or as far as this many events lead; true when it is there. */
  advanceTo(end: number, events = Infinity): boolean {
    for (let count = 0; (this.#entries[0]?.due ?? Infinity) <= end; count++) {
      if (count >= events) return false;
      this.runNext();
    }
    this.#now = Math.max(this.#now, end);
    return true;
  }

  schedule(owner: Dispatcher, kind: EventKind, delay: number, run: () => void): ScheduledEvent {
    const entry: Entry = {
      kind,
      due: this.#now + delay,
      sequence: this.#nextSequence++,
      owner,
      run,
      cancel: () => this.#remove((other) => other === entry),
    };
    // After all that are due at the same moment.
    const index = this.#entries.findIndex(({ due }) => due > entry.due);
    this.#entries.splice(index < 0 ? this.#entries.length : index, 0, entry);
    return entry;
  }

  cancelAll(owner: Dispatcher): void {
    this.#remove((entry) => entry.owner === owner);
  }

  #remove(matches: (entry: Entry) => boolean): void {
    for (let index = this.#entries.length - 1; index >= 0; index--) {
      const entry = this.#entries[index];
      if (entry !== undefined && matches(entry)) this.#entries.splice(index, 1);
    }
  }
}

/** One thread's part of the timeline: when the thread goes, so does what waits for it. */
export class Dispatcher {
  #closed = false;
  /** How many timers have run out so far. */
  timersRun = 0;

  constructor(private readonly timeline: Timeline) {}

  get now(): number {
    return this.timeline.now;
  }

  /** Runs something after the event that runs now. */
  post(run: () => void): void {
    this.schedule("post", 0, run);
  }

  schedule(kind: EventKind, delayMs: number, run: () => void): ScheduledEvent {
    if (this.#closed) return { kind, due: this.timeline.now, cancel: () => undefined };
    return this.timeline.schedule(this, kind, delayMs, run);
  }

  close(): void {
    this.#closed = true;
    this.timeline.cancelAll(this);
  }
}
