/**
 * What a filter did with one thing that a recording has, as plain data: `--json` prints it as it stands, the lines for
 * people and `merge` are made from it. Bytes are text here; octets that are not UTF-8 read as `\xNN`. `replay.schema.json` describes it.
 */
import type {
  CallbackTime,
  ConnectionOutcome,
  LogLine,
  Misuse,
  Outcome,
  ProcessFailure,
  ProcessOutcome,
  Trap,
  UnmetExpectation,
} from "as-proxy-wasm-sim";
import type { BodyChange } from "./body-changes.js";
import type { CalloutResult, UnusedCallout } from "./callout-results.js";
import type { HeaderChange } from "./header-changes.js";

/** In the order of the recording. */
export type ItemResult = StreamResult | ConnectionResult | AdvanceResult | UpdateResult;

/** What happened meanwhile. */
export interface MeanwhileResult {
  /** Which of the simulated Envoys ran it, from 0; what is of the same Envoy shares its state. */
  readonly envoy: number;
  /**
   * Who kept it from its end: the filter, the recording that lacks a body, a callout that nothing answers; null: nobody. An update
   * that is rejected and was to be accepted is the filter's fault.
   */
  readonly fault: "filter" | "recording" | "callout" | null;
  /** Why it did not come to its end; null when it did. */
  readonly explanation: string | null;
  readonly logs: readonly { readonly level: LogLine["level"]; readonly text: string }[];
  /** Callbacks that trapped or did not come back, with the author's lines; absent: none. */
  readonly traps?: readonly Trap[];
  /** What the filter asked of Envoy in vain; absent: nothing. */
  readonly misuses?: readonly Misuse[];
  /** Absent with `--no-times`. */
  readonly callbacks?: readonly CallbackTime[];
  /** What filters asked of clusters; absent: nothing. */
  readonly callouts?: readonly CalloutResult[];
  /** With `--trace` alone. */
  readonly trace?: readonly { readonly thread: string; readonly text: string }[];
}

export interface StreamResult extends MeanwhileResult {
  readonly kind: "stream";
  readonly id: string;
  /** Where it stands: `site.har, log.entries[3]`. */
  readonly source: string;
  readonly method: string;
  readonly url: string;
  readonly outcome: Outcome["kind"];
  /** The client's status without and with the filter; null: no response. */
  readonly status: { readonly without: string | null; readonly with: string | null };
  readonly request: MessageResult;
  readonly response: MessageResult;
  readonly localReply: { readonly status: number; readonly details: string } | null;
  /** What was lost or changed on the way out of the recording. */
  readonly notes: readonly string[];
  /** Bodies that the recording lacks. */
  readonly missingBodies: readonly ("request" | "response")[];
  /** Expectations of the recording that were not met; absent for streams without expectations. */
  readonly unmet?: readonly UnmetExpectation[];
  /** Its recorded answers to callouts that no filter asked for; absent: none. */
  readonly unusedCallouts?: readonly UnusedCallout[];
}

export interface ConnectionResult extends MeanwhileResult {
  readonly kind: "connection";
  readonly id: string;
  /** Where it stands: `mail.stream.jsonl, line 3`. */
  readonly source: string;
  readonly outcome: ConnectionOutcome["kind"];
  /** Where the TCP proxy connected to; null when it did not try. */
  readonly cluster: string | null;
  /** What the upstream got, with the filter against without it; null: the same. */
  readonly toUpstream: BodyChange | null;
  /** What the client got. */
  readonly toClient: BodyChange | null;
  readonly unusedCallouts?: readonly UnusedCallout[];
}

/** Time that passed between streams. */
export interface AdvanceResult extends MeanwhileResult {
  readonly kind: "advance";
  readonly milliseconds: number;
  readonly outcome: ProcessOutcome["kind"];
}

/** Another configuration of the filter. */
export interface UpdateResult extends MeanwhileResult {
  readonly kind: "update";
  readonly plugin: string;
  readonly outcome: "accepted" | "rejected" | ProcessFailure["kind"];
}

/** A message with the filter against the same without it. */
export type MessageResult =
  | { readonly change: "same" }
  /** The filter kept it from getting through. */
  | { readonly change: "stopped" }
  /** It exists only with the filter. */
  | {
      readonly change: "new";
      readonly headers: readonly (readonly [name: string, value: string])[];
      readonly bodyBytes: number | null;
    }
  | {
      readonly change: "changed";
      readonly headers: readonly HeaderChange[];
      readonly body: BodyChange | null;
      readonly trailers: readonly HeaderChange[];
    };

export function isChanged(result: ItemResult): boolean {
  switch (result.kind) {
    case "stream":
      return result.request.change !== "same" || result.response.change !== "same";
    case "connection":
      return result.toUpstream !== null || result.toClient !== null;
    default:
      return false;
  }
}

/** Kept from its end by the filter or by a callout, or otherwise than the recording expects. */
export function isFailed(result: ItemResult): boolean {
  const isFault = result.fault === "filter" || result.fault === "callout";
  // A recording with expectations says itself what is right.
  const traps = result.traps !== undefined && !(result.kind === "stream" && result.unmet !== undefined);
  return isFault || traps || hasUnmet(result);
}

export function hasUnmet(result: ItemResult): boolean {
  return result.kind === "stream" && (result.unmet ?? []).length > 0;
}
