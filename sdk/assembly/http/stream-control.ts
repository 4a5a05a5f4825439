// Resuming and closing (abi.md 8.5, 8.6). The host checks nothing, and what it does instead is listed in abi.md E.10:
// it sends requests twice, doubles response headers, hangs, and for a response that has not begun it crashes.

import { forgetSnapshots } from "../abi/snapshot";
import { Status, StreamType } from "../abi/status";
import { closeStream, continueStream } from "../abi/stream";
import { SHARED_INSTANCE } from "../context/build";
import { Context } from "../context/context";
import { contexts, State } from "../context/contexts";
import { calledId, calledSlot, enterFor, isEnding, restore, slotInEffect } from "../context/current";
import { Failure, fail, succeeded } from "../context/failure";
import { isRequestPhase, isResponsePhase, phase } from "../context/phase";

/** Resumes the request of a filter's stream, if an earlier callback holds it. */
export function resumeRequest(filter: Context): bool {
  const own = isRequestPhase(phase) && filter.contextId == calledId;
  return resume(filter, own, State.RequestHeld, State.CollectorHoldsRequest, StreamType.Request);
}

/** Resumes the response of a filter's stream, if an earlier callback holds it. */
export function resumeResponse(filter: Context): bool {
  const own = isResponsePhase(phase) && filter.contextId == calledId;
  return resume(filter, own, State.ResponseHeld, State.CollectorHoldsResponse, StreamType.Response);
}

function resume(
  filter: Context,
  ownCallback: bool,
  held: State,
  collecting: State,
  stream: StreamType,
): bool {
  if (ownCallback) return fail(Failure.OwnCallback);
  if (isEnding(filter)) return fail(Failure.StreamEnded);
  const before = enterFor(filter);
  if (before < 0) return false;
  const slot = slotInEffect();
  const table = contexts();
  let good = (slot >= 0 && table.has(slot, held)) || fail(Failure.NotHeld);
  if (good && table.has(slot, collecting)) good = fail(Failure.StillCollecting);
  if (good) good = succeeded(continueStream(stream));
  if (good) {
    table.clear(slot, held);
    if (stream == StreamType.Response) table.set(slot, State.ResponseBegun);
    // The host takes its header maps back at once.
    forgetSnapshots();
  }
  restore(before);
  return good;
}

/** Resets a filter's stream. */
export function close(filter: Context): bool {
  if (isEnding(filter)) return fail(Failure.StreamEnded);
  const before = enterFor(filter);
  if (before < 0) return false;
  const good = closeInEffect();
  restore(before);
  return good;
}

function closeInEffect(): bool {
  const slot = slotInEffect();
  if (slot < 0) return fail(Failure.NotCreatedYet);
  const table = contexts();
  // An answer on its way ends the stream by itself, unless this filter holds it.
  if (
    table.has(slot, State.Closed) ||
    (table.has(slot, State.Answered) && !table.has(slot, State.ResponseHeld))
  )
    return fail(Failure.AlreadyClosed);
  if (!succeeded(closeStream(StreamType.Request))) return false;
  table.set(slot, State.Closed);
  table.clear(slot, State.RequestHeld | State.ResponseHeld);
  return true;
}

/** Notes what the answer of a request callback means for the stream; gives what the host is told. */
export function settleRequest(action: i32, stop: i32): i32 {
  if (SHARED_INSTANCE) return action;
  // What was answered is not resumed: nothing of the request is wanted any more.
  return settle(action, stop, State.RequestHeld, State.Answered);
}

/** The same for the response: what goes on has begun. */
export function settleResponse(action: i32, stop: i32): i32 {
  if (SHARED_INSTANCE) return action;
  if (action == 0) contexts().set(calledSlot, State.ResponseBegun);
  // An answer to the request passes here as a response, and may be held like any other.
  return settle(action, stop, State.ResponseHeld, State.ResponseReplaced);
}

function settle(action: i32, stop: i32, held: State, over: State): i32 {
  const slot = calledSlot;
  const table = contexts();
  // The host would send a reset stream's message on.
  if (table.has(slot, State.Closed)) return stop;
  if (action == 0) table.clear(slot, held);
  else if (!table.has(slot, over)) table.set(slot, held);
  return action;
}
