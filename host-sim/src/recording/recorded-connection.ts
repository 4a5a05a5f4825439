import type { RecordedCallout } from "./recorded-callout.js";

/** One recorded TCP connection: what both sides did, in order. */
export interface RecordedConnection {
  readonly id: string;
  /** Where it stands, for messages: `mail.stream.jsonl, line 3`. */
  readonly source?: string;
  readonly events: readonly ConnectionEvent[];
  /** Whether the upstream lets Envoy connect. Default true. */
  readonly upstreamAccepts?: boolean;
  /** What answers its filters' callouts. */
  readonly callouts?: readonly RecordedCallout[];
  /** When it began, in milliseconds since the recording did. Absent: not recorded. */
  readonly at?: number;
}

/**
 * What happens next on a connection. What the client sends before Envoy has connected to the upstream waits in its socket;
 * what the upstream does waits for the connection. Where the events end, the client ends as
 * soon as no filter holds what it sent, or nothing else moves, and then the upstream.
 */
export type ConnectionEvent =
  /** One read of Envoy. Text is sent as UTF-8. */
  | { readonly from: Peer; readonly kind: "data"; readonly bytes: string | Uint8Array }
  /** No more from this side (FIN); it still reads. */
  | { readonly from: Peer; readonly kind: "end" }
  /** The side breaks the connection off (RST). */
  | { readonly from: Peer; readonly kind: "reset" }
  /** Nothing, for this many simulated milliseconds. */
  | { readonly kind: "wait"; readonly milliseconds: number };

export type Peer = "client" | "upstream";
