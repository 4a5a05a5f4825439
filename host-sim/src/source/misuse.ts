import { authorsFrame, frameLines, frameText, type CodeFrame } from "./code-frame.js";
import type { CodeSymbols } from "./code-symbols.js";
import { misuseRules, type MisuseRuleId } from "./misuse-rules.js";

/** Something that a filter asked of Envoy and Envoy does not do. Envoy goes on, and so does the simulator. Plain data. */
export interface Misuse {
  readonly rule: MisuseRuleId;
  readonly plugin: string;
  /** `main`, or `worker-0` and so on. */
  readonly thread: string;
  /** The export that Envoy called: `proxy_on_request_headers`. */
  readonly callback: string;
  /** The host function that the filter called. */
  readonly call: string;
  /** Which rule of Envoy was broken, a sentence. */
  readonly broken: string;
  /** What to do instead, a sentence. */
  readonly instead: string;
  /** Where the rule is written down: `abi.md 8.1`. */
  readonly source: string;
  /** The guest's stack, innermost first. */
  readonly frames: readonly CodeFrame[];
}

/** What is kept when it happens; it becomes a `Misuse` when somebody reads it. */
export interface CaughtMisuse {
  readonly rule: MisuseRuleId;
  readonly plugin: string;
  readonly thread: string;
  readonly callback: string;
  readonly call: string;
  /** Made where it happened: its stack has the guest's. */
  readonly error: Error;
  readonly symbols: CodeSymbols;
}

export function readMisuse({ error, symbols, ...known }: CaughtMisuse): Misuse {
  const { broken, instead, source } = misuseRules[known.rule];
  return { ...known, broken, instead, source, frames: symbols.frames(error.stack ?? "") };
}

/** The misuse as lines: what was broken and where, what to do instead, the call chain. */
export function misuseLines(misuse: Misuse): [title: string, ...rest: string[]] {
  const place = authorsFrame(misuse.frames);
  const where = place === null ? "" : ` ${frameText(place)}`;
  return [
    `${misuse.call} in ${misuse.callback} of plugin ${JSON.stringify(misuse.plugin)}${where}: ${misuse.broken}`,
    `${misuse.instead} (${misuse.source})`,
    ...frameLines(misuse.frames).map((line) => `  ${line}`),
  ];
}
