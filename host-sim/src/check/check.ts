import type { Exchange } from "../http/exchange.js";
import { streamText } from "./stream-text.js";

/** What a check found, with the words for a failure either way. Matchers and assertions are made from it. */
export interface Check {
  readonly holds: boolean;
  /** Follows "expected" or "expected not": `the filter to answer 401`. */
  readonly expected: string;
  /** What there is, a sentence without its stop: `the client got 200 from the upstream`. */
  readonly found: string;
  /** More lines about what there is: the headers of a message, the log. */
  readonly details?: readonly string[];
  /** The stream to show below; null where the subject belongs to none. */
  readonly exchange: Exchange | null;
}

/** The message of a check that failed, or, `negated`, that should have. */
export function explain(check: Check, { negated = false } = {}): string {
  const lines = [`expected ${negated ? "not " : ""}${check.expected}; ${check.found}`];
  for (const line of check.details ?? []) lines.push(`  ${line}`);
  if (check.exchange !== null) lines.push("", ...streamText(check.exchange));
  return lines.join("\n");
}
