import type { HostCallWords } from "../abi/call-words.js";
import type { HeaderList } from "../byte-string.js";
import type { CallbackTime, LogLine, TraceLine } from "../envoy/event-log.js";
import type { GrpcCallout } from "../callout/grpc-callouts.js";
import type { HttpCallout } from "../callout/http-callouts.js";
import type { Misuse } from "../source/misuse.js";
import type { Trap } from "../source/trap.js";
import type { RecordedCallout } from "../recording/recorded-callout.js";
import type { RecordedBody, RecordedStream } from "../recording/recorded-stream.js";

/** What became of one replayed stream. */
export interface Exchange {
  readonly stream: RecordedStream;
  readonly outcome: Outcome;
  /** What the upstream got; null when it saw nothing. */
  readonly upstream: HttpMessage | null;
  /** What the client got; null when it saw nothing. */
  readonly response: HttpMessage | null;
  /** The reply of a filter or of Envoy itself that took the place of the upstream's response. */
  readonly localReply: LocalReply | null;
  /** Envoy's word for where the response came from: `via_upstream`. */
  readonly responseCodeDetails: string | null;
  readonly logs: readonly LogLine[];
  readonly trace: readonly TraceLine[];
  readonly callbacks: readonly CallbackTime[];
  /** What filters asked of other clusters meanwhile, in the order of the calls. */
  readonly callouts: readonly HttpCallout[];
  readonly grpcCallouts: readonly GrpcCallout[];
  /** Answers of the recording for callouts during this stream that no filter asked for. */
  readonly unusedCallouts: readonly RecordedCallout[];
  /** Callbacks that trapped or did not come back, with the author's lines where there is a source map. Empty in a real Envoy, whose log tells. */
  readonly traps: readonly Trap[];
  /** What the filter asked of Envoy in vain: which rule it broke, where, and what to do instead. Empty in a real Envoy. */
  readonly misuses: readonly Misuse[];
  /** Every call from the filter to the host in words, in order; absent without the option `hostCallWords`. */
  readonly hostCalls?: readonly HostCallWords[] | undefined;
  readonly wire: WireBytes;
}

/** The HTTP/1.1 bytes that left Envoy on both sides. */
export interface WireBytes {
  readonly upstream: Uint8Array;
  readonly downstream: Uint8Array;
}

/** One direction as its receiver saw it. */
export interface HttpMessage {
  /** Starts with the pseudo headers. */
  readonly headers: HeaderList;
  readonly body: RecordedBody;
  readonly trailers: HeaderList | null;
}

export interface LocalReply {
  readonly statusCode: number;
  readonly details: string;
  readonly body: Uint8Array;
}

/** How an exchange ended; every kind but `completed` explains itself in a sentence. */
export type Outcome =
  /** The client got a whole response. */
  | { readonly kind: "completed" }
  /** The client's connection was cut. */
  | { readonly kind: "reset"; readonly explanation: string }
  /** Nothing can release the stream; the client gave up. */
  | { readonly kind: "stalled"; readonly explanation: string }
  /** A filter looks at a body that the recording lacks. */
  | {
      readonly kind: "body-missing";
      readonly direction: "request" | "response";
      readonly explanation: string;
    }
  /** Envoy itself would have crashed. */
  | { readonly kind: "crashed"; readonly explanation: string }
  /** The simulator cannot go on: an unmodelled host call or property, an endless loop, an unsendable stream. */
  | { readonly kind: "failed"; readonly explanation: string; readonly error: Error };
