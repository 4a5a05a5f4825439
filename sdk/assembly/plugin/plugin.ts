import { proxy_set_tick_period_milliseconds } from "../abi/env";
import { Status } from "../abi/status";
import * as stream from "../abi/stream";
import { Configuration } from "../configuration/configuration";
import { USES_TIMERS } from "../context/build";
import { Context } from "../context/context";
import { enterFor, isInEffect, restore } from "../context/current";
import { Failure, fail } from "../context/failure";
import { StreamContext } from "../context/stream-context";
import { Headers, requestHeaders, responseHeaders, responseTrailers } from "../http/headers";
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
  private _timers: Timers | null = null;
  private _tickTimer: Timer | null = null;
  private _makeStream: (() => StreamContext) | null = null;
  private _share: bool = false;
  /** The object that serves all streams, when nothing could tell it from others. */
  private _sharedStream: StreamContext | null = null;

  /** Reads the configuration. False refuses it: Envoy then keeps the previous one or, at start, exits. */
  onConfigure(configuration: Configuration): bool {
    return true;
  }

  /**
   * Whether a configuration would be accepted, asked without putting it to use. Stock Envoy never asks (abi.md 4.2): there the
   * `onConfigure` of a plugin in a trial VM answers.
   */
  onValidateConfiguration(configuration: Configuration): bool {
    return true;
  }

  /** Called every `setTickPeriod` milliseconds, measured from the end of the last call, on every thread. */
  onTick(): void {}

  /**
   * Something was put into a shared queue that this plugin was the last to register (abi.md 7.3). Another thread may have taken it already:
   * `dequeue` until it answers null.
   */
  onQueueReady(queue: SharedQueue): void {}

  /** The host calls the plugin by a function of its own, with an argument whose meaning is the function's; stock Envoy never does. */
  onForeignFunction(functionId: u32, argument: Uint8Array): void {}

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

  // What an access logger sees of the exchange that is over (abi.md 10, E.2).

  /** In `onLog`: the request's headers, as they went upstream. They can only be read. */
  get requestHeaders(): Headers {
    return requestHeaders;
  }

  /** In `onLog`: the response's headers, as the client got them; absent when there was no response. */
  get responseHeaders(): Headers {
    return responseHeaders;
  }

  /** In `onLog`: the response's trailers. */
  get responseTrailers(): Headers {
    return responseTrailers;
  }

  /** The host's tick. @internal */
  _tick(): void {
    const timers = this._timers;
    if (USES_TIMERS && timers !== null) timers.fire(this);
    else this.onTick();
  }

  /** How the host's stream contexts get their filters. @internal */
  _serveStreams(make: (() => StreamContext) | null, share: bool): void {
    this._makeStream = make;
    this._share = share;
  }

  /** The filter for a new stream. @internal */
  _streamContext(): StreamContext {
    const shared = this._sharedStream;
    if (shared !== null) return shared;
    const make = this._makeStream;
    // Letting the stream pass would open every guard; nothing but a trap closes it here.
    assert(make !== null, NO_STREAMS);
    const stream = make!();
    if (this._share) this._sharedStream = stream;
    return stream;
  }

  private addTimer(task: TimerTask, milliseconds: u32, repeats: bool): Timer {
    let timers = this._timers;
    if (timers === null) this._timers = timers = new Timers();
    // The host's tick is the plugin's, whichever of its streams asks.
    if (isInEffect(this)) return timers.add(task, milliseconds, repeats);
    const before = enterFor(this);
    const timer = timers.add(task, milliseconds, repeats);
    if (before >= 0) restore(before);
    return timer;
  }

  private setTickTimer(milliseconds: u32): void {
    const running = this._tickTimer;
    if (running !== null) running.cancel();
    this._tickTimer = milliseconds == 0 ? null : this.addTimer(new Tick(), milliseconds, true);
  }
}

const NO_STREAMS =
  "Envoy uses this root_id as a filter, but it is registered with registerPlugin, which is for access loggers and singletons";

/** `onTick` among other timers. */
class Tick extends TimerTask {
  run(plugin: Context, timer: Timer): void {
    (plugin as Plugin).onTick();
  }
}
