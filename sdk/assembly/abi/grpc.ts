// gRPC calls and streams (abi.md 5.9, 7.5, E.1).

import {
  proxy_get_status,
  proxy_grpc_call,
  proxy_grpc_cancel,
  proxy_grpc_close,
  proxy_grpc_send,
  proxy_grpc_stream,
} from "./env";
import * as pairs from "./pairs";
import * as result from "./result";
import { Status } from "./status";
import { decode, encode, encodedSize } from "./text";

// What a call and a stream are made for, encoded.
let serviceName: usize = 0;
let serviceSize: usize = 0;
let methodName: usize = 0;
let methodSize: usize = 0;
let metadataPairs: usize = 0;
let metadataSize: usize = 0;

/** False: more metadata than the host reads. */
function encodeNames(service: string, method: string, metadata: string[]): bool {
  serviceName = encode(service);
  serviceSize = encodedSize;
  methodName = encode(method);
  methodSize = encodedSize;
  metadataPairs = pairs.write(metadata);
  metadataSize = pairs.writtenSize;
  return metadataPairs != 0 || metadata.length == 0;
}

/** Makes a unary call; on success `result.number()` is its token. InvalidMemoryAccess: more metadata than the host reads. */
export function call(
  target: Uint8Array,
  service: string,
  method: string,
  metadata: string[],
  message: Uint8Array,
  timeoutMilliseconds: u32,
): Status {
  if (!encodeNames(service, method, metadata)) return Status.InvalidMemoryAccess;
  return proxy_grpc_call(
    target.dataStart,
    target.length,
    serviceName,
    serviceSize,
    methodName,
    methodSize,
    metadataPairs,
    metadataSize,
    message.dataStart,
    message.length,
    timeoutMilliseconds,
    result.word,
  );
}

/** Opens a stream; on success `result.number()` is its token. InvalidMemoryAccess: more metadata than the host reads. */
export function stream(target: Uint8Array, service: string, method: string, metadata: string[]): Status {
  if (!encodeNames(service, method, metadata)) return Status.InvalidMemoryAccess;
  return proxy_grpc_stream(
    target.dataStart,
    target.length,
    serviceName,
    serviceSize,
    methodName,
    methodSize,
    metadataPairs,
    metadataSize,
    result.word,
  );
}

/** Sends a message on a stream; `endOfStream` closes this side. */
export function send(token: u32, message: Uint8Array, endOfStream: bool): Status {
  return proxy_grpc_send(token, message.dataStart, message.length, endOfStream ? 1 : 0);
}

/** Closes this side of a stream. */
export function halfClose(token: u32): Status {
  return proxy_grpc_close(token);
}

/** Ends a call or a stream; nothing comes of it any more. */
export function cancel(token: u32): Status {
  return proxy_grpc_cancel(token);
}

/** The message of the status that the running callback is about; "" when there is none. */
export function statusMessage(): string {
  const words = memory.data(16, 8);
  store<u32>(words, 0, 8);
  if (proxy_get_status(words, words + 4, words + 8) != Status.Ok) return "";
  return decode(load<u32>(words, 4), load<u32>(words, 8));
}
