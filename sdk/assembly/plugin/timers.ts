// Many timers on the one tick that the host gives a plugin (abi.md 5.10). The host repeats its tick, counted from the end of
// the last callback; after each change the period is set to the time until the next timer is due.

import { monotonicClock } from "../abi/clock";
import { proxy_set_tick_period_milliseconds } from "../abi/env";
import { Context } from "../context/context";

const MILLISECOND: u64 = 1_000_000;

/** What `Plugin.setTimeout` and `setInterval` call. Extend `TimerHandler`, or use `TimerCallback`. */
export abstract class TimerTask {
  /** Calls the author's handler. */
  abstract run(plugin: Context, timer: Timer): void;
}

/** A timer's handler, as an object that can hold what it needs. `P` is the plugin's class. */
export abstract class TimerHandler<P extends Context> extends TimerTask {
  /** The time is over. `timer.cancel()` ends an interval. */
  abstract onTimer(plugin: P, timer: Timer): void;

  run(plugin: Context, timer: Timer): void {
    // @ts-expect-error: in AssemblyScript a type parameter is a class, not only a type
    if (plugin instanceof P) this.onTimer(plugin as P, timer);
  }
}

/** A timer's handler, as a function that captures nothing: `new TimerCallback<MyPlugin>((plugin, timer) => { … })`. */
export class TimerCallback<P extends Context> extends TimerHandler<P> {
  constructor(private call: (plugin: P, timer: Timer) => void) {
    super();
  }

  onTimer(plugin: P, timer: Timer): void {
    this.call(plugin, timer);
  }
}

/** A timer that runs, or did. */
export class Timer {
  /** Whether it will call its handler (again). */
  active: bool = true;

  constructor(
    readonly task: TimerTask,
    /** When, by the monotonic clock. */
    public due: u64,
    /** Nanoseconds between calls; 0: it calls once. */
    readonly period: u64,
  ) {}

  /** Ends it; its handler is not called any more. Harmless when it has ended. */
  cancel(): void {
    this.active = false;
  }
}

/** The timers of one plugin. */
export class Timers {
  private timers: Timer[] = [];
  /** While handlers run, the tick is set once at the end. */
  private firing: bool = false;

  /** Adds a timer; `plugin` must be the context in effect. */
  add(task: TimerTask, milliseconds: u32, repeats: bool): Timer {
    const span = <u64>milliseconds * MILLISECOND;
    const timer = new Timer(task, monotonicClock() + span, repeats ? span : 0);
    this.timers.push(timer);
    if (!this.firing) this.schedule();
    return timer;
  }

  /** Calls the handlers of all timers that are due. Timers that these add wait for the next tick, be they due or not. */
  fire(plugin: Context): void {
    this.firing = true;
    const now = monotonicClock();
    const timers = this.timers;
    for (let i = 0, count = timers.length; i < count; ++i) {
      const timer = timers[i];
      if (!timer.active || timer.due > now) continue;
      if (timer.period == 0) timer.active = false;
      // Calls that a busy thread has missed are not made up for.
      else timer.due = max(timer.due + timer.period, now + 1);
      timer.task.run(plugin, timer);
    }
    this.firing = false;
    this.dropEnded();
    this.schedule();
  }

  private dropEnded(): void {
    const timers = this.timers;
    let kept = 0;
    for (let i = 0; i < timers.length; ++i) {
      if (timers[i].active) timers[kept++] = timers[i];
    }
    timers.length = kept;
  }

  /** Sets the host's tick to the time until the next timer, or stops it. */
  private schedule(): void {
    const timers = this.timers;
    let next = u64.MAX_VALUE;
    for (let i = 0; i < timers.length; ++i) {
      if (timers[i].active && timers[i].due < next) next = timers[i].due;
    }
    if (next == u64.MAX_VALUE) {
      proxy_set_tick_period_milliseconds(0);
      return;
    }
    const now = monotonicClock();
    const wait = next <= now ? 1 : (next - now + (MILLISECOND - 1)) / MILLISECOND;
    proxy_set_tick_period_milliseconds(<u32>min<u64>(wait, 0x7fff_ffff));
  }
}
