// When a body can be read. The host says the same of an empty body and of one that it does not hold now (abi.md 5.7); to tell them
// apart takes what the SDK knows of the callback.

import { BufferType } from "../abi/status";
import { contexts, State } from "../context/contexts";
import { endOfStream, slotInEffect } from "../context/current";
import { Failure, fail, forgetFailure } from "../context/failure";
import { Phase, phase } from "../context/phase";

/** Called when nothing was read of a body: where it could not be read, that is noted. */
export function noteNothingRead(body: u32): void {
  if (isReadable(body)) forgetFailure();
  else fail(Failure.BodyUnreadable, body);
}

function isReadable(body: u32): bool {
  if (body == BufferType.HttpRequestBody)
    return isWithin(Phase.RequestHeaders, Phase.RequestTrailers) || isHeld(State.RequestHeld);
  if (body == BufferType.HttpResponseBody)
    return isWithin(Phase.ResponseHeaders, Phase.ResponseTrailers) || isHeld(State.ResponseHeld);
  return phase == Phase.HttpCallResponse;
}

/** A message that ends with its headers has a body, which is empty. */
function isWithin(headers: Phase, trailers: Phase): bool {
  return phase == headers ? endOfStream : phase > headers && phase <= trailers;
}

function isHeld(held: State): bool {
  const slot = slotInEffect();
  return slot >= 0 && contexts().has(slot, held);
}
