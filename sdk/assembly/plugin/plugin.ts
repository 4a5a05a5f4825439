import { proxy_set_tick_period_milliseconds } from "../abi/env";
import { Status } from "../abi/status";
import * as stream from "../abi/stream";
import { Configuration } from "../configuration/configuration";
import { USES_TIMERS } from "../context/build";
import { Context } from "../context/context";
import { enterFor, restore } from "../context/current";
import { Failure, fail } from "../context/failure";
import { StreamContext } from "../context/stream-context";
import { SharedQueue } from "../shared/shared-queue";
import { Timer, Timers, TimerTask } from "./timers";

/**
 * One configured filter inside a VM (the ABI's root context). Extend it to read the configuration and to hold what the
 * streams share; register it beside the filter: `registerHttpFilter<MyFilter, MyPlugin>("name")`.
 *
 * Keep the configuration in fields, never in a module's variables: a configuration update makes a second plugin in the same
 * VM, and the streams of the first one end with its configuration (abi.md E.11).
 *
 * There is one of it on every worker thread and one on the main thread, each in a VM of its own, and one more in a trial run before
 * (abi.md 7.1): what must happen once, or be known to all, needs shared data.
 */
export class Plugin extends Context {
  private timers: Timers | null = null;
  private tickTimer: Timer | null = null;
  private makeStream: (() => StreamContext) | null = null;
  /** The object that serves all streams, when the filter class has no fields. */
  private sharedStream: StreamContext | null = null;

  /** Reads the configuration. False refuses it: Envoy then keeps the previous one or, at start, exits. */
  onConfigure(configuration: Configuration): bool {
    return true;
  }

  /** Called every `setTickPeriod` milliseconds, measured from the end of the last call, on every thread. */
  onTick(): void {}

  /**
   * Something was put into a shared queue that this plugin was the last to register (abi.md 7.3). Another thread may have taken it already:
   * `dequeue` until it answers null.
   */
  onQueueReady(queue: SharedQueue): void {}

  /** The host calls the plugin by a function of its own; stock Envoy never does. `argumentSize` is in bytes. */
  onForeignFunction(functionId: u32, argumentSize: u32): void {}

  /**
   * The plugin is to go: its configuration was replaced and its streams have ended, or the proxy stops. False delays that: the plugin
   * goes on working until it calls `done()` from a later callback, and if it never does, for ever.
   */
  onDone(): bool {
    return true;
  }

  /** Ends the delay that `onDone` asked for. False: there is none, or `onDone` is still running. */
  done(): bool {
    const before = enterFor(this);
    if (before < 0) return false;
    const good = stream.done() == Status.Ok || fail(Failure.NoDoneAwaited);
    restore(before);
    return good;
  }

  /**
   * Calls `onTick` every so many milliseconds, measured from the end of the last call; 0 stops it. In a program that uses timers
   * it is one of them.
   */
  setTickPeriod(milliseconds: u32): void {
    const before = enterFor(this);
    if (before < 0) return;
    if (USES_TIMERS) this.setTickTimer(milliseconds);
    else proxy_set_tick_period_milliseconds(milliseconds);
    restore(before);
  }

  /**
   * Calls `task` once, in `milliseconds` or as soon after as the host's thread is free. All timers of a plugin share the
   * host's one tick.
   */
  setTimeout(task: TimerTask, milliseconds: u32): Timer {
    return this.addTimer(task, milliseconds, false);
  }

  /** Calls `task` every so many milliseconds (at least 1). Calls that a busy thread has missed are not made up for. */
  setInterval(task: TimerTask, milliseconds: u32): Timer {
    return this.addTimer(task, max<u32>(milliseconds, 1), true);
  }

  /** The host's tick. Only the SDK calls it. */
  tick(): void {
    const timers = this.timers;
    if (USES_TIMERS && timers !== null) timers.fire(this);
    else this.onTick();
  }

  /** How the host's stream contexts get their filters. Only the SDK calls it. */
  serveStreams(make: (() => StreamContext) | null, share: bool): void {
    this.makeStream = make;
    if (share && make !== null) this.sharedStream = make();
  }

  /** The filter for a new stream; null when this plugin has none. Only the SDK calls it. */
  streamContext(): StreamContext | null {
    const shared = this.sharedStream;
    if (shared !== null) return shared;
    const make = this.makeStream;
    return make === null ? null : make();
  }

  private addTimer(task: TimerTask, milliseconds: u32, repeats: bool): Timer {
    let timers = this.timers;
    if (timers === null) this.timers = timers = new Timers();
    const before = enterFor(this);
    const timer = timers.add(task, milliseconds, repeats);
    if (before >= 0) restore(before);
    return timer;
  }

  private setTickTimer(milliseconds: u32): void {
    const running = this.tickTimer;
    if (running !== null) running.cancel();
    this.tickTimer = milliseconds == 0 ? null : this.addTimer(new Tick(), milliseconds, true);
  }
}

/** `onTick` among other timers. */
class Tick extends TimerTask {
  run(plugin: Context, timer: Timer): void {
    (plugin as Plugin).onTick();
  }
}
