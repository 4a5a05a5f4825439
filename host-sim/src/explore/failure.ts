import { toText } from "../byte-string.js";
import { CallbackTimeoutError } from "../errors.js";
import type { Exchange } from "../http/exchange.js";
import type { FailureFinding } from "./finding.js";

/** In which way a filter did not survive a stream. */
export interface Failure {
  readonly kind: FailureFinding["kind"];
  readonly explanation: string;
  /** The same for failures that have one cause, as far as one can tell. */
  readonly key: string;
}

/** Null: it did. Whether a stall is the filter's, only a run without the filter can tell. */
export function failureOf({ logs, outcome }: Exchange): Failure | null {
  let last = "";
  for (const { level, text } of logs) {
    // What AssemblyScript says before it aborts is worth more than "unreachable".
    if (level === "critical") last = toText(text).replace(/^wasm log[^:]*: /, "");
    const [, callback, reason] = /^Function: (\S+) failed: ([^]*)$/.exec(toText(text)) ?? [];
    if (callback !== undefined && reason !== undefined)
      return {
        kind: "trap",
        explanation: `${callback} trapped: ${last === "" ? reason.split("\n")[0] : last}`,
        key: `trap ${callback}`,
      };
  }
  if (outcome.kind === "failed" && outcome.error instanceof CallbackTimeoutError)
    return { kind: "timeout", explanation: outcome.explanation, key: "timeout" };
  if (outcome.kind === "crashed") return { kind: "crash", explanation: outcome.explanation, key: "crash" };
  if (outcome.kind === "stalled")
    return { kind: "stall", explanation: outcome.explanation, key: `stall ${outcome.explanation}` };
  return null;
}
