/**
 * What a filter did to one stream, as plain data: `--json` prints it as it stands, the lines for
 * people and `merge` are made from it. Bytes are text here; octets that are not UTF-8 read as `\xNN`.
 */
import type { CallbackTime, LogLine, Outcome, UnmetExpectation } from "as-proxy-wasm-sim";
import type { BodyChange } from "./body-changes.js";
import type { HeaderChange } from "./header-changes.js";

export interface StreamResult {
  readonly id: string;
  /** Where it stands: `site.har, log.entries[3]`. */
  readonly source: string;
  /** Which of the simulated Envoys ran it, from 0; streams of the same Envoy share its state. */
  readonly envoy: number;
  readonly method: string;
  readonly url: string;
  readonly outcome: Outcome["kind"];
  /** Who kept the exchange from its end: the filter, the recording that lacks a body, or nobody. */
  readonly fault: "filter" | "recording" | null;
  /** Null when the exchange was completed. */
  readonly explanation: string | null;
  /** The client's status without and with the filter; null: no response. */
  readonly status: { readonly without: string | null; readonly with: string | null };
  readonly request: MessageResult;
  readonly response: MessageResult;
  readonly localReply: { readonly status: number; readonly details: string } | null;
  readonly logs: readonly { readonly level: LogLine["level"]; readonly text: string }[];
  /** Absent with `--no-times`. */
  readonly callbacks?: readonly CallbackTime[];
  /** What was lost or changed on the way out of the recording. */
  readonly notes: readonly string[];
  /** Bodies that the recording lacks. */
  readonly missingBodies: readonly ("request" | "response")[];
  /** Expectations of the recording that were not met; absent for streams without expectations. */
  readonly unmet?: readonly UnmetExpectation[];
  /** With `--trace` alone. */
  readonly trace?: readonly { readonly thread: string; readonly text: string }[];
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

export function isChanged({ request, response }: StreamResult): boolean {
  return request.change !== "same" || response.change !== "same";
}
