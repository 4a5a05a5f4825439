// The way of what gRPC calls and streams bring: to the context that asked, if it still lives.

import * as buffer from "../abi/buffer";
import * as result from "../abi/result";
import { BufferType, Status } from "../abi/status";
import { ownerInEffect } from "../context/owner";
import { grpcInitialMetadata, grpcTrailingMetadata } from "../http/headers";
import { GrpcResponse } from "./grpc-call-handler";
import { GrpcStatus } from "./grpc-status";
import { findGrpcStream, streamsOf, takeGrpcCall, takeGrpcStream } from "./pending-grpc";
import { currentStatusMessage } from "./status-message";

/** A message came: the answer to a call, which ends it, or one of a stream. */
export function receiveMessage(token: u32): void {
  const stream = findGrpcStream(token);
  if (stream !== null) {
    const owner = ownerInEffect(stream.ownerId);
    if (owner !== null) stream.receiver.receiveMessage(owner, stream.stream, message());
    return;
  }
  endCall(token, GrpcStatus.Ok);
}

/** A call failed, or a stream ended. */
export function receiveClose(token: u32, status: u32): void {
  const stream = takeGrpcStream(token);
  if (stream !== null) {
    stream.stream._end();
    const text = status == 0 ? "" : currentStatusMessage();
    const owner = ownerInEffect(stream.ownerId);
    if (owner !== null) stream.receiver.receiveClose(owner, stream.stream, known(status), text);
    return;
  }
  endCall(token, known(status));
}

/** An HTTP stream or a connection has gone: the gRPC streams that it opened learn it at once, or they would stay open. */
export function endGrpcOfStream(id: u32): void {
  const streams = streamsOf(id);
  for (let i = 0; i < streams.length; ++i) streams[i].receiver.onOwnerGone(streams[i].stream);
}

/** A stream's initial metadata came. */
export function receiveInitialMetadata(token: u32): void {
  const stream = findGrpcStream(token);
  if (stream === null) return;
  const owner = ownerInEffect(stream.ownerId);
  if (owner !== null) stream.receiver.receiveInitialMetadata(owner, stream.stream, grpcInitialMetadata);
}

/** A stream's trailing metadata came. */
export function receiveTrailingMetadata(token: u32): void {
  const stream = findGrpcStream(token);
  if (stream === null) return;
  const owner = ownerInEffect(stream.ownerId);
  if (owner !== null) stream.receiver.receiveTrailingMetadata(owner, stream.stream, grpcTrailingMetadata);
}

function endCall(token: u32, status: GrpcStatus): void {
  // Unknown: Envoy also closes a call that it refused to make (abi.md E.1).
  const call = takeGrpcCall(token);
  if (call === null) return;
  const response =
    status == GrpcStatus.Ok
      ? new GrpcResponse(status, "", message())
      : new GrpcResponse(status, currentStatusMessage(), new Uint8Array(0));
  const owner = ownerInEffect(call.ownerId);
  if (owner === null) call.receiver.onOwnerGone(response);
  else call.receiver.receive(owner, response);
}

function message(): Uint8Array {
  if (buffer.read(BufferType.GrpcReceiveBuffer, 0, buffer.END) != Status.Ok) return new Uint8Array(0);
  return result.bytes();
}

/** A code that gRPC does not know means Unknown. */
function known(status: u32): GrpcStatus {
  return status <= 16 ? <GrpcStatus>status : GrpcStatus.Unknown;
}
