// The way of an answer: to the context that asked, if it still lives, or once more to the upstream.

import { contexts } from "../context/contexts";
import { ownerInEffect } from "../context/owner";
import { Context } from "../context/context";
import { USES_TIMERS } from "../context/build";
import { Plugin } from "../plugin/plugin";
import { Timer, TimerTask } from "../plugin/timers";
import { CallOutcome } from "./call-outcome";
import { HttpResponse, receivedResponse } from "./http-response";
import { PendingCall, takeCall } from "./pending-calls";

/** An answer came, in the context of its plugin. */
export function answerCall(token: u32, headerCount: u32): void {
  const call = takeCall(token);
  if (call === null) return;
  const response = receivedResponse(headerCount);
  if (USES_TIMERS && isWorthRetrying(response) && retryLater(call)) return;
  deliver(call, response);
}

function deliver(call: PendingCall, response: HttpResponse): void {
  const owner = ownerInEffect(call.ownerId);
  if (owner === null) call.receiver.onOwnerGone(response);
  else call.receiver.receive(owner, response);
}

function isWorthRetrying(response: HttpResponse): bool {
  return response.outcome != CallOutcome.Answered || (response.status >= 502 && response.status <= 504);
}

/** False: there are no more attempts, or nobody waits any more. */
function retryLater(call: PendingCall): bool {
  const delay = call.request._nextDelay(call.attempt);
  if (delay < 0 || contexts().find(call.ownerId) < 0) return false;
  (call.plugin as Plugin).setTimeout(new Retry(call), <u32>min<i64>(delay, 0x7fff_ffff));
  return true;
}

/** Sends a call once more. */
class Retry extends TimerTask {
  constructor(private call: PendingCall) {
    super();
  }

  run(plugin: Context, timer: Timer): void {
    const call = this.call;
    const owner = ownerInEffect(call.ownerId);
    if (owner === null) call.receiver.onOwnerGone(new HttpResponse(CallOutcome.NotSent, 0));
    else if (!call.request._send(owner, call.receiver, call.attempt + 1))
      call.receiver.receive(owner, new HttpResponse(CallOutcome.NotSent, 0));
  }
}
