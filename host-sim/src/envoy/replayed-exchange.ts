import type { Exchange, HttpMessage, LocalReply, Outcome, WireBytes } from "../http/exchange.js";
import type { ReplayResult } from "../http/replay.js";
import type { RecordedStream } from "../recording/recorded-stream.js";
import type { EventsSince, TraceLine } from "./event-log.js";

/** What came out of a stream, with what happened meanwhile; the trace becomes text when it is read. */
export class ReplayedExchange implements Exchange {
  readonly outcome: Outcome;
  readonly upstream: HttpMessage | null;
  readonly response: HttpMessage | null;
  readonly localReply: LocalReply | null;
  readonly responseCodeDetails: string | null;
  readonly wire: WireBytes;
  readonly logs: Exchange["logs"];
  readonly callbacks: Exchange["callbacks"];
  readonly callouts: Exchange["callouts"];
  readonly grpcCallouts: Exchange["grpcCallouts"];
  readonly hostCalls: Exchange["hostCalls"];
  readonly #events: EventsSince;

  constructor(
    readonly stream: RecordedStream,
    result: ReplayResult,
    events: EventsSince,
    readonly unusedCallouts: Exchange["unusedCallouts"],
  ) {
    this.outcome = result.outcome;
    this.upstream = result.upstream;
    this.response = result.response;
    this.localReply = result.localReply;
    this.responseCodeDetails = result.responseCodeDetails;
    this.wire = result.wire;
    this.logs = events.logs;
    this.callbacks = events.callbacks;
    this.callouts = events.callouts;
    this.grpcCallouts = events.grpcCallouts;
    this.hostCalls = events.hostCalls;
    this.#events = events;
  }

  get misuses(): Exchange["misuses"] {
    return this.#events.misuses;
  }

  get traps(): Exchange["traps"] {
    return this.#events.traps;
  }

  get trace(): readonly TraceLine[] {
    return this.#events.trace;
  }
}
