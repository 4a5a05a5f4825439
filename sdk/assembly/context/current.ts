// Whose callback is running, and on whose behalf the host acts now.

import { forgetSnapshots } from "../abi/snapshot";
import { Status } from "../abi/status";
import { setEffectiveContext } from "../abi/stream";
import { SHARED_INSTANCE } from "./build";
import { Context } from "./context";
import { contexts, State } from "./contexts";
import { Failure, fail, forgetFailure } from "./failure";
import { Phase, phase, setPhase } from "./phase";

/** The context that the host called. */
export let calledId: u32 = 0;
/** The slot of that context. */
export let calledSlot: i32 = -1;
/** The context that host calls act on: the called one, unless the SDK switched. */
let effectiveId: u32 = 0;
/** Its slot. */
let effectiveSlot: i32 = -1;
/** Whether the message in hand ends with the running headers or body callback. */
export let endOfStream: bool = false;

/** Whether the running callback has answered; for programs with `SHARED_INSTANCE`, which remember no longer. */
export let answered: bool = false;

export function noteAnswered(): void {
  answered = true;
}

/** Begins a callback that needs no context remembered. */
export function begin(callback: Phase): void {
  setPhase(callback);
  answered = false;
}

/** Begins a callback of a context; gives its slot. */
export function beginAt(id: u32, callback: Phase): i32 {
  const slot = contexts().find(id);
  // An id the host never announced can't be served, and letting it pass would open every guard.
  assert(slot >= 0, "the host used a context that it did not create");
  setPhase(callback);
  calledId = effectiveId = id;
  calledSlot = effectiveSlot = slot;
  return slot;
}

/** Notes that the message in hand ends, or does not. */
export function noteEndOfStream(ends: bool): void {
  endOfStream = ends;
}

/** Ends the callback. */
export function end(): void {
  setPhase(Phase.None);
  forgetFailure();
  if (SHARED_INSTANCE) return;
  calledId = effectiveId = 0;
  calledSlot = effectiveSlot = -1;
}

/**
 * Makes host calls act on a context; gives what `restore` takes to undo it. Negative: the context is gone. In a constructor, where the host
 * knows the context and the SDK does not yet, no slot is in effect.
 */
export function enterFor(context: Context): i64 {
  const before = <i64>effectiveId;
  if (SHARED_INSTANCE || context.contextId == effectiveId) return before;
  return switchTo(context.contextId) ? before : -1;
}

/** Ends what `enterFor` began. */
export function restore(before: i64): void {
  if (!SHARED_INSTANCE && <u32>before != effectiveId) switchTo(<u32>before);
}

/** Makes host calls act on a context for the rest of the callback. False: it is gone. */
export function switchTo(id: u32): bool {
  if (id == effectiveId) return true;
  const slot = id == 0 ? -1 : contexts().find(id);
  if ((slot < 0 && id != 0) || setEffectiveContext(id) != Status.Ok) return fail(Failure.ContextGone);
  effectiveId = id;
  effectiveSlot = slot;
  forgetSnapshots();
  return true;
}

/** Whether the host called a stream or connection, not a plugin. */
export function calledIsStream(): bool {
  return calledSlot >= 0 && !contexts().has(calledSlot, State.Root);
}

/** The slot of the context that host calls act on; -1 when there is none. */
export function slotInEffect(): i32 {
  return effectiveSlot;
}

/** The context that host calls act on; 0 when there is none. */
export function idInEffect(): u32 {
  return effectiveId;
}

/** The plugin that a context belongs to; a plugin belongs to itself. */
export function pluginOf(context: Context): Context {
  const plugin = context._plugin;
  return plugin === null ? context : plugin;
}

/** Whether what host calls act on is a plugin, or belongs to it. */
export function isInEffect(plugin: Context): bool {
  return effectiveSlot >= 0 && pluginOf(contexts().ownerAt(effectiveSlot)) === plugin;
}

/** Whether a context is the one that the host called, in a callback that ends it: onLog or onDone. */
export function isEnding(context: Context): bool {
  // Such a program has streams only, and no onDone.
  if (SHARED_INSTANCE) return phase == Phase.Log;
  return (phase == Phase.Log || phase == Phase.Done) && calledIsStream() && context.contextId == calledId;
}

/** The plugin whose filter is being made. */
export let creating: Context | null = null;

export function setCreating(plugin: Context | null): void {
  creating = plugin;
}
