/** What the main thread and a replay thread say to each other. */
import type { RecordedItem } from "as-proxy-wasm-sim";
import type { ItemOutcome, SessionEnd, SessionSettings } from "./session-run.js";
import type { SessionStart } from "./sessions.js";

/** A replay thread gets its settings as `workerData`, then one session after the other. */
export type ThreadSettings = SessionSettings;

export interface RunSession {
  readonly index: number;
  readonly start: SessionStart;
  readonly items: readonly RecordedItem[];
}

export type ThreadReport =
  | { readonly kind: "started"; readonly session: number }
  | ({ readonly kind: "result"; readonly session: number } & ItemOutcome)
  | { readonly kind: "ended"; readonly session: number; readonly end: SessionEnd }
  | { readonly kind: "failed"; readonly session: number; readonly error: ThreadError };

/** An error on its way between threads, where classes do not survive. */
export interface ThreadError {
  readonly message: string;
  readonly stack: string | null;
  readonly code: string | null;
  readonly hint: string | null;
  /** Of an `EnvoyStartError`: what Envoy would print. */
  readonly startLogs: readonly string[] | null;
}
