import { logLevels, type LogLevel } from "../abi/enums.js";
import type { HostCallWords } from "../abi/call-words.js";
import type { TraceSink } from "../abi/trace.js";
import type { ByteString } from "../byte-string.js";
import type { GrpcCallout } from "../callout/grpc-callouts.js";
import type { HttpCallout } from "../callout/http-callouts.js";
import type { CodeSymbols } from "../source/code-symbols.js";
import { readMisuse, type CaughtMisuse, type Misuse } from "../source/misuse.js";
import type { MisuseRuleId } from "../source/misuse-rules.js";
import { readTrap, type CaughtTrap, type Trap } from "../source/trap.js";
import { TraceLog } from "./trace-log.js";

/** `main`, or `worker-0` and so on. */
export type ThreadName = "main" | `worker-${number}`;

export interface LogLine {
  readonly thread: ThreadName;
  readonly level: LogLevel;
  /** Bytes as the filter logged them, behind Envoy's prefix: `wasm log NAME ROOT_ID: hello`. */
  readonly text: ByteString;
  /** Position among all log and trace lines of the process. */
  readonly sequence: number;
}

export interface TraceLine {
  readonly thread: ThreadName;
  /** `[host->vm] proxy_on_request_headers(2, 6, 1)` */
  readonly text: ByteString;
  /** Position among all log and trace lines of the process. */
  readonly sequence: number;
}

/** One call from the host into the filter. */
export interface CallbackTime {
  readonly name: string;
  readonly thread: ThreadName;
  readonly nanoseconds: number;
  /** The size of the guest's memory after it. */
  readonly memoryBytes: number;
}

/** Envoy's logger level `off` has a number of its own. */
export type WasmLogLevel = LogLevel | "off";

/**
 * What is kept of what happens: on exchanges and for the whole process (`all`); on exchanges alone, so that the process does
 * not grow (`exchange`); the same without the ABI trace and the times of callbacks (`none`).
 */
export type KeptEvents = "all" | "exchange" | "none";

/** Everything a process prints and does, in order. */
export class EventLog {
  readonly logs: LogLine[] = [];
  readonly callbacks: CallbackTime[] = [];
  readonly callouts: HttpCallout[] = [];
  readonly grpcCallouts: GrpcCallout[] = [];
  readonly hostCalls: HostCallWords[] = [];
  readonly #traps: CaughtTrap[] = [];
  readonly #misuses: CaughtMisuse[] = [];
  readonly levelNumber: number;
  readonly timesCallbacks: boolean;
  readonly #sequence = { next: 0 };
  readonly #trace = new TraceLog(this.#sequence);
  #callback = "";
  #plugin = "";
  #thread: ThreadName = "main";
  /** Moments that somebody may still ask about. */
  #marks = 0;

  constructor(
    level: WasmLogLevel,
    private readonly kept: KeptEvents,
    /** Whether host calls are kept in words. */
    readonly keepsWords: boolean,
  ) {
    this.levelNumber = level === "off" ? logLevels.length : logLevels.indexOf(level);
    this.timesCallbacks = kept !== "none";
  }

  get trace(): readonly TraceLine[] {
    return this.#trace.lines;
  }

  log(thread: ThreadName, level: LogLevel, text: ByteString): void {
    if (logLevels.indexOf(level) < this.levelNumber) return;
    this.logs.push({ thread, level, text, sequence: this.#sequence.next++ });
  }

  /** Where the calls of a thread's guests are written; null: nowhere. */
  traceSink(thread: ThreadName): TraceSink | null {
    return this.kept === "none" ? null : this.#trace.sink(thread);
  }

  /** A trace line that is no call. */
  traceText(thread: ThreadName, text: ByteString): void {
    const sink = this.traceSink(thread);
    sink?.line(sink.shape("text", text, []));
  }

  /** The host calls a guest. */
  entered(callback: string, plugin: string, thread: ThreadName): void {
    this.#callback = callback;
    this.#plugin = plugin;
    this.#thread = thread;
  }

  /** All traps so far. */
  get traps(): readonly Trap[] {
    return this.#traps.map(readTrap);
  }

  /** All misuses so far. */
  get misuses(): readonly Misuse[] {
    return this.#misuses.map(readMisuse);
  }

  /** A guest broke a rule in the host call that runs; the stack is read when somebody asks. */
  misused(rule: MisuseRuleId, call: string, plugin: string, symbols: CodeSymbols): void {
    const [thread, callback] = [this.#thread, this.#callback];
    this.#misuses.push({ rule, call, plugin, thread, callback, error: new Error(rule), symbols });
  }

  /** A guest trapped; what it logged last says why, where it is one that says so. */
  trapped(trap: Omit<CaughtTrap, "lastWords">): void {
    const last = this.logs.at(-1);
    const lastWords = last?.level === "critical" && last.thread === trap.thread ? last.text : null;
    this.#traps.push({ ...trap, lastWords });
  }

  /** What was called last did not come back. */
  timedOut(milliseconds: number): void {
    this.trapped({
      plugin: this.#plugin,
      thread: this.#thread,
      callback: this.#callback,
      error: null,
      symbols: null,
      reason: `it did not return within ${milliseconds} ms, the simulator's limit; Envoy has none, and its worker would hang`,
    });
  }

  /** What was called last, for a message. */
  get lastEntered(): string {
    return `${this.#callback} of plugin "${this.#plugin}"`;
  }

  /** Marks a moment; `since` gives what happened after it, once. */
  mark(): EventMark {
    this.#marks += 1;
    return {
      logs: this.logs.length,
      trace: this.#trace.end,
      callbacks: this.callbacks.length,
      callouts: this.callouts.length,
      grpcCallouts: this.grpcCallouts.length,
      hostCalls: this.hostCalls.length,
      traps: this.#traps.length,
      misuses: this.#misuses.length,
    };
  }

  since(mark: EventMark): EventsSince {
    const events = new Events(
      tail(this.logs, mark.logs),
      tail(this.callbacks, mark.callbacks),
      tail(this.callouts, mark.callouts),
      tail(this.grpcCallouts, mark.grpcCallouts),
      this.#trace.from(mark.trace),
      this.keepsWords ? tail(this.hostCalls, mark.hostCalls) : undefined,
      tail(this.#traps, mark.traps),
      tail(this.#misuses, mark.misuses),
    );
    this.#marks -= 1;
    if (this.kept !== "all" && this.#marks === 0) this.#forget();
    return events;
  }

  #forget(): void {
    this.logs.length = 0;
    this.callbacks.length = 0;
    this.callouts.length = 0;
    this.grpcCallouts.length = 0;
    this.hostCalls.length = 0;
    this.#traps.length = 0;
    this.#misuses.length = 0;
    this.#trace.clear();
  }
}

const none: readonly never[] = [];

/** Most streams have none of most kinds. */
function tail<Event>(events: readonly Event[], start: number): readonly Event[] {
  return start === events.length ? none : events.slice(start);
}

/** The trace and the places in guests' code become text when they are read. */
class Events implements EventsSince {
  #traps: readonly Trap[] | null = null;
  #misuses: readonly Misuse[] | null = null;

  constructor(
    readonly logs: readonly LogLine[],
    readonly callbacks: readonly CallbackTime[],
    readonly callouts: readonly HttpCallout[],
    readonly grpcCallouts: readonly GrpcCallout[],
    private readonly part: { readonly lines: readonly TraceLine[] },
    readonly hostCalls: readonly HostCallWords[] | undefined,
    private readonly caughtTraps: readonly CaughtTrap[],
    private readonly caughtMisuses: readonly CaughtMisuse[],
  ) {}

  get misuses(): readonly Misuse[] {
    return (this.#misuses ??= this.caughtMisuses.length === 0 ? none : this.caughtMisuses.map(readMisuse));
  }

  get traps(): readonly Trap[] {
    return (this.#traps ??= this.caughtTraps.length === 0 ? none : this.caughtTraps.map(readTrap));
  }

  get trace(): readonly TraceLine[] {
    return this.part.lines;
  }
}

export interface EventsSince {
  readonly logs: readonly LogLine[];
  readonly trace: readonly TraceLine[];
  readonly callbacks: readonly CallbackTime[];
  readonly callouts: readonly HttpCallout[];
  readonly grpcCallouts: readonly GrpcCallout[];
  /** Callbacks that trapped or did not come back. */
  readonly traps: readonly Trap[];
  /** What plugins asked of Envoy in vain. */
  readonly misuses: readonly Misuse[];
  /** Every call from the filter to the host in words, in order; absent without the option `hostCallWords`. */
  readonly hostCalls?: readonly HostCallWords[] | undefined;
}

export interface EventMark {
  readonly traps: number;
  readonly misuses: number;
  readonly hostCalls: number;
  readonly callouts: number;
  readonly grpcCallouts: number;
  readonly logs: number;
  readonly trace: number;
  readonly callbacks: number;
}
