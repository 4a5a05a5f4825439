import type { HeaderList } from "../byte-string.js";
import type { HeaderFields, HttpCalloutFailure, HttpFailureKind } from "./http-upstream.js";

/** The methods of a gRPC server by path: `/package.Service/Method`. A method that is not here gets status 12. */
export type GrpcMethods = Readonly<Record<string, GrpcMethod>>;

/**
 * What becomes of a call: the same answer for all, or a function that gives one, or that talks to the caller with
 * what `GrpcServerCall` offers and gives nothing. It must not call the simulator.
 */
export type GrpcMethod = GrpcAnswer | ((call: GrpcServerCall) => GrpcAnswer | void);

export type GrpcAnswer = GrpcReply | GrpcHttpAnswer | HttpCalloutFailure | HttpFailureKind;

export interface GrpcReply {
  /** The gRPC status; default 0. */
  readonly status?: number;
  /** Sent percent-encoded, as servers do. */
  readonly statusMessage?: string;
  /** Text is sent as UTF-8. Default: one empty message for a unary call with status 0, else none. */
  readonly messages?: readonly (string | Uint8Array)[];
  /** With metadata or messages the answer has headers and trailers, without them trailers only. */
  readonly initialMetadata?: HeaderFields;
  readonly trailingMetadata?: HeaderFields;
  /** Simulated milliseconds until it has come; default 1. */
  readonly delayMs?: number;
}

/** An answer of something that speaks no gRPC, for example a proxy in between. */
export interface GrpcHttpAnswer {
  readonly httpStatus: number;
  readonly headers?: HeaderFields;
  readonly body?: string;
  readonly delayMs?: number;
}

/** A call as its server has it. What it does reaches the caller one simulated millisecond later. */
export interface GrpcServerCall {
  readonly cluster: string;
  readonly path: string;
  /** All request headers: the filter's metadata with what gRPC and Envoy add. */
  readonly headers: HeaderList;
  /** The request of a unary call; null for a stream, whose messages come to `onMessage`. */
  readonly message: Uint8Array | null;
  /** Of a unary call; 0: the filter waits for ever. */
  readonly timeoutMs: number;
  onMessage: ((message: Uint8Array) => void) | null;
  /** The filter has sent its last message. */
  onHalfClose: (() => void) | null;
  /** The filter, or Envoy for it, has given up. */
  onCancel: (() => void) | null;
  sendMetadata(metadata?: HeaderFields): void;
  send(message: string | Uint8Array): void;
  end(status?: number, statusMessage?: string, trailingMetadata?: HeaderFields): void;
  /** Breaks the stream off. */
  reset(): void;
  /** Does something in this many simulated milliseconds. */
  after(milliseconds: number, run: () => void): void;
}
