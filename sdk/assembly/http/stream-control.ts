// Resuming and closing (abi.md 8.5, 8.6). The host checks nothing, and what it does instead is listed in abi.md E.10:
// it sends requests twice, doubles response headers, hangs, and for a response that has not begun it crashes.

import { forgetSnapshots } from "../abi/snapshot";
import { Status, StreamType } from "../abi/status";
import { closeStream, continueStream } from "../abi/stream";
import { SHARED_INSTANCE } from "../context/build";
import { Context } from "../context/context";
import { contexts, State } from "../context/contexts";
import { calledId, calledSlot, enterFor, restore, slotInEffect } from "../context/current";
import { Failure, fail, succeeded } from "../context/failure";
import { isRequestPhase, isResponsePhase, phase } from "../context/phase";

/** Resumes the request of a filter's stream, if an earlier callback holds it. */
export function resumeRequest(filter: Context): bool {
  const own = isRequestPhase(phase) && filter.contextId == calledId;
  return resume(filter, own, State.RequestHeld, StreamType.Request);
}

/** Resumes the response of a filter's stream, if an earlier callback holds it. */
export function resumeResponse(filter: Context): bool {
  const own = isResponsePhase(phase) && filter.contextId == calledId;
  return resume(filter, own, State.ResponseHeld, StreamType.Response);
}

function resume(filter: Context, ownCallback: bool, held: State, stream: StreamType): bool {
  if (ownCallback) return fail(Failure.OwnCallback);
  const before = enterFor(filter);
  if (before < 0) return false;
  const slot = slotInEffect();
  const table = contexts();
  let good = table.has(slot, held) || fail(Failure.NotHeld);
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
  const before = enterFor(filter);
  if (before < 0) return false;
  const slot = slotInEffect();
  const table = contexts();
  let good = !table.has(slot, State.Closed | State.Answered) || fail(Failure.AlreadyClosed);
  if (good) good = succeeded(closeStream(StreamType.Request));
  if (good) {
    table.set(slot, State.Closed);
    table.clear(slot, State.RequestHeld | State.ResponseHeld);
  }
  restore(before);
  return good;
}

/** Notes what the answer of a request callback means for the stream. */
export function settleRequest(action: u32): void {
  if (SHARED_INSTANCE) return;
  settle(action, State.RequestHeld);
}

/** The same for the response: what goes on has begun. */
export function settleResponse(action: u32): void {
  if (SHARED_INSTANCE) return;
  settle(action, State.ResponseHeld);
  if (action == 0) contexts().set(calledSlot, State.ResponseBegun);
}

function settle(action: u32, held: State): void {
  const slot = calledSlot;
  const table = contexts();
  if (action == 0) table.clear(slot, held);
  // What was answered or closed is not resumed.
  else if (!table.has(slot, State.Answered | State.Closed)) table.set(slot, held);
}
