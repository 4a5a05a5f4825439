import type { HeaderList } from "../byte-string.js";
import type { RecordedMessage } from "./recorded-stream.js";

/** What is to become of a stream, as far as the recording says: what is absent may be anything. */
export interface RecordedExpectation {
  /** How it ends. */
  readonly outcome?: ExpectedOutcome;
  /** What the upstream gets, byte for byte; null: nothing. */
  readonly upstream?: ExpectedMessage | null;
  /** What the client gets, byte for byte; null: nothing. */
  readonly response?: ExpectedMessage | null;
  /** The reply that takes the place of the upstream's response; null: none does. */
  readonly localReply?: ExpectedLocalReply | null;
  /** Every line that filters log meanwhile, in order. */
  readonly logs?: readonly ExpectedLog[];
  /** Values of counters and gauges after the stream, by their full name: `wasmcustom.denied_total`. */
  readonly metrics?: Readonly<Record<string, number>>;
}

/** Bodies are compared as a whole: chunk boundaries are free. */
export interface ExpectedMessage {
  /** The whole list, in order. */
  readonly headers: HeaderList;
  /** Absent: any. */
  readonly body?: Uint8Array;
  /** Null: none. Absent: any. */
  readonly trailers?: RecordedMessage["trailers"];
}

export interface ExpectedLocalReply {
  readonly statusCode: number;
  /** Envoy's response code details. */
  readonly details?: string;
  readonly body?: Uint8Array;
}

export interface ExpectedLog {
  readonly level: ExpectedLogLevel;
  /** Text, with Envoy's prefix: `wasm log auth auth_root: denied`. */
  readonly text: string;
}

export const EXPECTED_LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "critical"] as const;

export type ExpectedLogLevel = (typeof EXPECTED_LOG_LEVELS)[number];

export const EXPECTED_OUTCOMES = ["completed", "reset", "stalled", "crashed"] as const;

export type ExpectedOutcome = (typeof EXPECTED_OUTCOMES)[number];
