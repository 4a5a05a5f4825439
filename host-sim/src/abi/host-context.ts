import type { ByteString, HeaderList } from "../byte-string.js";
import type { ForeignCaller } from "../foreign/foreign-function.js";
import type { BufferType, HeaderMapType, LogLevel, MetricType, Status, StreamType } from "./enums.js";

/** The answer to a host call: a value, or the status that says why there is none. */
export type Answer<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly status: Exclude<Status, 0> };

export function answer<Value>(value: Value): Answer<Value> {
  return { ok: true, value };
}

export function refuse(status: Exclude<Status, 0>): Answer<never> {
  return { ok: false, status };
}

export interface LocalReplyRequest {
  readonly statusCode: number;
  readonly details: ByteString;
  readonly body: Uint8Array;
  readonly headers: HeaderList;
  readonly grpcStatus: number;
}

export interface HttpCallRequest {
  readonly cluster: ByteString;
  readonly headers: HeaderList;
  readonly body: Uint8Array;
  readonly trailers: HeaderList;
  /** Signed, as the guest meant it; 0: no timeout. */
  readonly timeoutMs: number;
}

export interface GrpcStreamRequest {
  /** A serialised GrpcService or the name of a cluster. */
  readonly target: Uint8Array;
  readonly service: ByteString;
  readonly method: ByteString;
  readonly metadata: HeaderList;
}

export interface GrpcCallRequest extends GrpcStreamRequest {
  readonly message: Uint8Array;
  /** 0: no timeout. */
  readonly timeoutMs: number;
}

/**
 * What host calls mean, without pointers: one implementation for each kind of context. `abi/` reads the arguments
 * out of guest memory, calls one of these, and writes the answer back.
 */
export interface HostContext {
  /** The plugin whose context it is; null: the VM's own. */
  readonly pluginName: string | null;
  /** What kind of stream it is the context of. */
  readonly streamKind: "http" | "tcp" | "none";
  log(level: LogLevel, message: ByteString): void;
  lastStatus(): { readonly code: number; readonly message: ByteString };
  done(): Status;
  setTickPeriod(milliseconds: number): Status;

  getHeaderMapPairs(type: HeaderMapType): HeaderList;
  getHeaderMapValue(type: HeaderMapType, key: ByteString): Answer<ByteString>;
  /** Bytes of all names and values (abi.md 5.6). */
  getHeaderMapSize(type: HeaderMapType): Answer<number>;
  setHeaderMapPairs(type: HeaderMapType, pairs: HeaderList): Status;
  addHeaderMapValue(type: HeaderMapType, key: ByteString, value: ByteString): Status;
  replaceHeaderMapValue(type: HeaderMapType, key: ByteString, value: ByteString): Status;
  removeHeaderMapValue(type: HeaderMapType, key: ByteString): Status;

  getBuffer(type: BufferType, start: number, length: number): Answer<Uint8Array>;
  getBufferSize(type: BufferType): Answer<number>;
  setBuffer(type: BufferType, start: number, length: number, data: Uint8Array): Status;

  sendLocalResponse(reply: LocalReplyRequest): Status;
  continueStream(type: StreamType): Status;
  closeStream(type: StreamType): Status;

  defineMetric(type: MetricType, name: ByteString): number;
  incrementMetric(id: number, offset: bigint): Status;
  recordMetric(id: number, value: bigint): Status;
  getMetric(id: number): Answer<bigint>;

  getProperty(path: ByteString): Answer<Uint8Array>;
  setProperty(path: ByteString, value: Uint8Array): Status;

  /** The token is written whatever the status: 0 when the call was not dispatched. */
  httpCall(request: HttpCallRequest): { readonly status: Status; readonly token: number };

  /** The token, written only when there is one. */
  grpcCall(request: GrpcCallRequest): Answer<number>;
  grpcStream(request: GrpcStreamRequest): Answer<number>;
  grpcSend(token: number, message: Uint8Array, endOfStream: boolean): Status;
  grpcClose(token: number): Status;
  grpcCancel(token: number): Status;

  /** Gives the token before anything is asked; false: it cannot be handed over, and nothing is. */
  resolveDns(name: ByteString, giveToken: (token: number) => boolean): Status;

  getSharedData(key: ByteString): Answer<{ readonly value: Uint8Array; readonly cas: number }>;
  setSharedData(key: ByteString, value: Uint8Array, cas: number): Status;

  /** What foreign functions can do to this context. */
  foreignCaller(): ForeignCaller;
  clearRouteCache(): Status;

  registerSharedQueue(name: ByteString): number;
  /** An empty vm_id is the own one. */
  resolveSharedQueue(vmId: ByteString, name: ByteString): Answer<number>;
  enqueueSharedQueue(token: number, item: Uint8Array): Status;
  dequeueSharedQueue(token: number): Answer<Uint8Array>;
}
