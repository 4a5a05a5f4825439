// Many timers on the one tick that the host gives a plugin (abi.md 5.10). The host repeats its tick, counted from the end of
// the last callback; after each change the period is set to the time until the next timer is due.

import { monotonicClock } from "../abi/clock";
import { proxy_set_tick_period_milliseconds } from "../abi/env";
import { Context } from "../context/context";
import { switchTo } from "../context/current";
import { log, LogLevel } from "../log";

const MILLISECOND: u64 = 1_000_000;

/** What `Plugin.setTimeout` and `setInterval` call. Extend `TimerHandler`, or use `TimerCallback`. */
export abstract class TimerTask {
  /** Calls the author's handler. @internal */
  abstract run(plugin: Context, timer: Timer): void;
}

/** A timer's handler, as an object that can hold what it needs. `P` is the plugin's class. */
export abstract class TimerHandler<P extends Context> extends TimerTask {
  /** The time is over. `timer.cancel()` ends an interval. */
  abstract onTimer(plugin: P, timer: Timer): void;

  run(plugin: Context, timer: Timer): void {
    // @ts-expect-error: in AssemblyScript a type parameter is a class, not only a type
    if (plugin instanceof P) this.onTimer(plugin as P, timer);
    else log.write(LogLevel.Error, "the handler of a timer is for another class than the plugin that set it");
  }
}

/** A timer's handler, as a function that captures nothing: `new TimerCallback<MyPlugin>((plugin, timer) => { … })`. */
export class TimerCallback<P extends Context> extends TimerHandler<P> {
  /** `call` gets the plugin that set the timer, and the timer; it cannot use variables around it. */
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

  /** `Plugin.setTimeout` and `setInterval` make timers. @internal */
  constructor(
    /** What it calls. @internal */
    readonly task: TimerTask,
    /** When, by the monotonic clock. @internal */
    public due: u64,
    /** Nanoseconds between calls; 0: it calls once. @internal */
    readonly period: u64,
    /** How many timers were made before it: of two that are due at once the older one comes first. @internal */
    readonly order: u64,
  ) {}

  /** Ends it; its handler is not called any more. Harmless when it has ended. */
  cancel(): void {
    this.active = false;
  }
}

const NEVER: u64 = u64.MAX_VALUE;

/**
 * The timers of one plugin: a binary heap, the next one to fire at its root. Thousands at once, such as one for each stream, cost little;
 * those that were cancelled are dropped when they come to the root, or when they are too many.
 */
export class Timers {
  private heap: Timer[] = [];
  private made: u64 = 0;
  /** When the host will tick; NEVER: it won't. */
  private tickAt: u64 = NEVER;
  /** While handlers run, the tick is set once at the end. */
  private firing: bool = false;
  /** The size of the heap at which it is searched for cancelled timers. */
  private sweepAt: i32 = 64;

  /** Adds a timer; what is in effect must be the plugin or one of its streams. */
  add(task: TimerTask, milliseconds: u32, repeats: bool): Timer {
    if (this.heap.length >= this.sweepAt) this.sweep();
    const span = <u64>milliseconds * MILLISECOND;
    const now = monotonicClock();
    const timer = new Timer(task, now + span, repeats ? span : 0, this.made++);
    this.push(timer);
    if (!this.firing && timer.due < this.tickAt) this.setTick(now);
    return timer;
  }

  /** Calls the handlers of all timers that are due. Timers that these add wait for the next tick, be they due or not. */
  fire(plugin: Context): void {
    this.firing = true;
    const now = monotonicClock();
    const old = this.made;
    const heap = this.heap;
    while (heap.length > 0) {
      const timer = heap[0];
      // Those made meanwhile are due now or later, and behind the old ones that are due at the same time.
      if (timer.active && (timer.due > now || timer.order >= old)) break;
      this.pop();
      if (!timer.active) continue;
      if (timer.period == 0) {
        timer.active = false;
      } else {
        // Calls that a busy thread has missed are not made up for.
        const next = timer.due + timer.period;
        timer.due = next > now ? next : now + timer.period;
        this.push(timer);
      }
      timer.task.run(plugin, timer);
      // The handler may have turned to some stream.
      switchTo(plugin.contextId);
    }
    this.firing = false;
    this.setTick(monotonicClock());
  }

  /** Makes the host tick when the next timer is due, or not at all. */
  private setTick(now: u64): void {
    const heap = this.heap;
    while (heap.length > 0 && !heap[0].active) this.pop();
    if (heap.length == 0) {
      this.tickAt = NEVER;
      proxy_set_tick_period_milliseconds(0);
      return;
    }
    const due = heap[0].due;
    this.tickAt = due;
    const wait = due <= now ? 1 : (due - now + (MILLISECOND - 1)) / MILLISECOND;
    proxy_set_tick_period_milliseconds(<u32>min<u64>(wait, 0x7fff_ffff));
  }

  private push(timer: Timer): void {
    this.heap.push(timer);
    this.rise(this.heap.length - 1);
  }

  /** Removes the root of the heap, which must not be empty. */
  private pop(): void {
    const heap = this.heap;
    const last = heap.pop();
    if (heap.length == 0) return;
    heap[0] = last;
    this.sink(0);
  }

  private rise(at: i32): void {
    const heap = this.heap;
    const timer = heap[at];
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(timer, heap[parent])) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = timer;
  }

  private sink(at: i32): void {
    const heap = this.heap;
    const timer = heap[at];
    for (let child = 2 * at + 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) ++child;
      if (!isBefore(heap[child], timer)) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = timer;
  }

  /** Drops the cancelled timers, and looks again when there are twice as many as are left. */
  private sweep(): void {
    const heap = this.heap;
    let kept = 0;
    for (let i = 0; i < heap.length; ++i) {
      if (heap[i].active) heap[kept++] = heap[i];
    }
    heap.length = kept;
    for (let at = (kept >> 1) - 1; at >= 0; --at) this.sink(at);
    this.sweepAt = max(64, 2 * kept);
  }
}

function isBefore(one: Timer, other: Timer): bool {
  return one.due < other.due || (one.due == other.due && one.order < other.order);
}
