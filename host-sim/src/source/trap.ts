import { toText, type ByteString } from "../byte-string.js";
import { frameLines, type CodeFrame } from "./code-frame.js";
import type { CodeSymbols } from "./code-symbols.js";
import type { SourcePlace } from "./source-map.js";

/** A callback that did not return: the plugin's VM is dead from then on (abi.md 11). Plain data. */
export interface Trap {
  readonly plugin: string;
  /** `main`, or `worker-0` and so on. */
  readonly thread: string;
  /** The export that Envoy called: `proxy_on_request_headers`. */
  readonly callback: string;
  /** What it ran into: `index out of range`, `the stack overflowed`. */
  readonly reason: string;
  /** The guest's stack, innermost first. Empty where the callback was stopped from outside. */
  readonly frames: readonly CodeFrame[];
  /** How to get lines, where there are none. */
  readonly hint: string | null;
}

/** What is kept when a guest traps; it becomes a `Trap` when somebody reads it. */
export interface CaughtTrap {
  readonly plugin: string;
  readonly thread: string;
  readonly callback: string;
  /** What the engine threw; null: nothing was thrown, the time was up. */
  readonly error: Error | null;
  readonly symbols: CodeSymbols | null;
  /** The last line that the guest logged in the callback, if any: AssemblyScript's `abort` says there why and where. */
  readonly lastWords: ByteString | null;
  /** For what has no `error`. */
  readonly reason?: string;
}

export function readTrap({ plugin, thread, callback, error, symbols, lastWords, reason }: CaughtTrap): Trap {
  if (error === null || symbols === null)
    return { plugin, thread, callback, reason: reason ?? "it did not return", frames: [], hint: null };
  const aborted = error.message === "unreachable" ? abortOf(lastWords) : null;
  const frames = symbols.frames(error.stack ?? "", aborted?.place ?? null);
  return {
    plugin,
    thread,
    callback,
    reason: aborted?.why ?? reasonOf(error),
    frames,
    hint: frames.some(({ file }) => file !== null) ? null : hintFor(frames),
  };
}

/** The trap as lines: what and where, the call chain, and the way to more. */
export function trapLines(trap: Trap): [title: string, ...rest: string[]] {
  return [
    `plugin ${JSON.stringify(trap.plugin)} trapped in ${trap.callback}: ${trap.reason}`,
    ...frameLines(trap.frames).map((line) => `  ${line}`),
    ...(trap.hint === null ? [] : [trap.hint]),
  ];
}

/** The engine's words are for those who know wasm. */
function reasonOf({ message }: Error): string {
  const known = reasons.find(([pattern]) => pattern.test(message));
  return known === undefined ? message : known[1];
}

const reasons: readonly (readonly [RegExp, string])[] = [
  [/^Maximum call stack size exceeded/, "the stack overflowed (a recursion without an end?)"],
  [/^memory access out of bounds/, "it read or wrote outside of its memory"],
  [/^divide by zero|^remainder by zero/, "division by zero"],
  [/^divide result unrepresentable/, "a quotient that does not fit its type"],
  [/^float unrepresentable in integer range/, "a float that does not fit the integer type"],
  [/^(table index is out of bounds|null function or function signature mismatch)/, "a call of no function"],
  [/^unreachable/, "it aborted (unreachable)"],
  [
    /^restricted_callback/,
    "a host call that is not allowed now: while the module starts, and while it allocates memory for Envoy, little more than proxy_log is (abi.md 3.2)",
  ],
];

/** `not today at assembly/index.ts:12:26`, behind Envoy's prefix. */
function abortOf(words: string | null): { readonly why: string; readonly place: SourcePlace } | null {
  const parts = /^wasm log[^:]*: (.+) at (\S+):(\d+):(\d+)$/s.exec(toText(words ?? ""));
  if (parts === null) return null;
  const [, why = "", file = "", line, column] = parts;
  return { why, place: { file, line: Number(line), column: Number(column) } };
}

function hintFor(frames: readonly CodeFrame[]): string {
  return frames.some(({ function: name }) => name !== null)
    ? "Lines come from a source map beside the module: as-proxy-wasm build writes NAME.wasm.map for AssemblyScript."
    : "Names and lines come from a source map beside the module (as-proxy-wasm build writes NAME.wasm.map), names alone from the module's name section.";
}
