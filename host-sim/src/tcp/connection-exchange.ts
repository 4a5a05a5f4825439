import type { EventsSince } from "../envoy/event-log.js";
import type { Outcome } from "../http/exchange.js";
import type { RecordedCallout } from "../recording/recorded-callout.js";
import type { RecordedConnection } from "../recording/recorded-connection.js";

/** What became of one replayed connection. */
export interface ConnectionExchange extends EventsSince {
  readonly connection: RecordedConnection;
  readonly outcome: ConnectionOutcome;
  /** Answers of the recording for callouts during this connection that no filter asked for. */
  readonly unusedCallouts: readonly RecordedCallout[];
  /** Where the TCP proxy connected to; null when it did not try. */
  readonly cluster: string | null;
  /** What the upstream got; null when Envoy never was connected to it. */
  readonly upstream: Uint8Array | null;
  /** What the client got. */
  readonly downstream: Uint8Array;
}

/** How a connection ended; every kind but `completed` explains itself in a sentence. */
export type ConnectionOutcome =
  /** Both sides ended, and everything went through. */
  | { readonly kind: "completed" }
  /** Somebody closed it before: a filter, a side that reset it, Envoy. */
  | { readonly kind: "closed"; readonly explanation: string }
  /** A filter holds it, and nothing can release it; the client broke it off. */
  | { readonly kind: "stalled"; readonly explanation: string }
  | Extract<Outcome, { kind: "crashed" | "failed" }>;
