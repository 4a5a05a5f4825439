// The calls that have no answer yet, by the host's tokens.

import { Context } from "../context/context";
import { HttpCallReceiver } from "./http-call-handler";
import { HttpRequest } from "./http-request";

/** A call that was sent. */
export class PendingCall {
  constructor(
    /** The context that made the call: an id and no reference, since its stream may end before the answer. */
    readonly ownerId: u32,
    /** The plugin it belongs to. The host drops a plugin's calls with it. */
    readonly plugin: Context,
    readonly request: HttpRequest,
    readonly receiver: HttpCallReceiver,
    /** How often it was sent before. */
    readonly attempt: u32,
  ) {}
}

let calls: Map<u32, PendingCall> | null = null;

/** Remembers a call. */
export function addCall(token: u32, call: PendingCall): void {
  let known = calls;
  if (known === null) calls = known = new Map<u32, PendingCall>();
  known.set(token, call);
}

/** Gives a call and forgets it; null when no call has this token. */
export function takeCall(token: u32): PendingCall | null {
  const known = calls;
  if (known === null || !known.has(token)) return null;
  const call = known.get(token);
  known.delete(token);
  return call;
}

/** Forgets the calls of a plugin that is gone: no answer comes any more. */
export function dropCallsOf(plugin: Context): void {
  const known = calls;
  if (known === null) return;
  const tokens = known.keys();
  for (let i = 0; i < tokens.length; ++i) {
    if (known.get(tokens[i]).plugin === plugin) known.delete(tokens[i]);
  }
}
