// The gRPC calls and streams that have not ended, by the host's tokens.

import { Context } from "../context/context";
import { GrpcCallReceiver } from "./grpc-call-handler";
import { GrpcStream } from "./grpc-stream";
import { GrpcStreamReceiver } from "./grpc-stream-handler";

/** A unary call that has no answer yet. */
export class PendingGrpcCall {
  constructor(
    /** The context that made the call: an id and no reference, since its stream may end before the answer. */
    readonly ownerId: u32,
    readonly plugin: Context,
    readonly receiver: GrpcCallReceiver,
  ) {}
}

/** A stream that is open. */
export class OpenGrpcStream {
  constructor(
    readonly ownerId: u32,
    readonly plugin: Context,
    readonly receiver: GrpcStreamReceiver,
    readonly stream: GrpcStream,
  ) {}
}

let calls: Map<u32, PendingGrpcCall> | null = null;
let streams: Map<u32, OpenGrpcStream> | null = null;

export function addGrpcCall(token: u32, call: PendingGrpcCall): void {
  let known = calls;
  if (known === null) calls = known = new Map<u32, PendingGrpcCall>();
  known.set(token, call);
}

export function addGrpcStream(token: u32, stream: OpenGrpcStream): void {
  let known = streams;
  if (known === null) streams = known = new Map<u32, OpenGrpcStream>();
  known.set(token, stream);
}

/** Gives a call and forgets it; null when no call has this token. */
export function takeGrpcCall(token: u32): PendingGrpcCall | null {
  const known = calls;
  if (known === null || !known.has(token)) return null;
  const call = known.get(token);
  known.delete(token);
  return call;
}

/** An open stream; null when none has this token. */
export function findGrpcStream(token: u32): OpenGrpcStream | null {
  const known = streams;
  return known === null || !known.has(token) ? null : known.get(token);
}

/** The open streams of a context. */
export function streamsOf(ownerId: u32): OpenGrpcStream[] {
  const found: OpenGrpcStream[] = [];
  const known = streams;
  if (known === null || known.size == 0) return found;
  const all = known.values();
  for (let i = 0; i < all.length; ++i) if (all[i].ownerId == ownerId) found.push(all[i]);
  return found;
}

/** Gives an open stream and forgets it. */
export function takeGrpcStream(token: u32): OpenGrpcStream | null {
  const stream = findGrpcStream(token);
  if (stream !== null) streams!.delete(token);
  return stream;
}

/** Forgets what a plugin that is gone has asked for: nothing of it comes any more. */
export function dropGrpcOf(plugin: Context): void {
  const knownCalls = calls;
  if (knownCalls !== null) {
    const tokens = knownCalls.keys();
    for (let i = 0; i < tokens.length; ++i) {
      if (knownCalls.get(tokens[i]).plugin === plugin) knownCalls.delete(tokens[i]);
    }
  }
  const knownStreams = streams;
  if (knownStreams !== null) {
    const tokens = knownStreams.keys();
    for (let i = 0; i < tokens.length; ++i) {
      const stream = knownStreams.get(tokens[i]);
      if (stream.plugin !== plugin) continue;
      stream.stream._end();
      knownStreams.delete(tokens[i]);
    }
  }
}
