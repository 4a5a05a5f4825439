import { logLevels, type LogLevel } from "../abi/enums.js";
import type { LogLine, ThreadName, TraceLine } from "../envoy/event-log.js";
import { MARK } from "./bootstrap.js";
import { isPluginLog, isTrace, type LogMessage, parseLog } from "./log.js";

/** A position among the lines, for what was said after it. */
export interface LinesMark {
  readonly logs: number;
  readonly trace: number;
}

export interface Lines {
  readonly logs: readonly LogLine[];
  readonly trace: readonly TraceLine[];
}

/** What a real Envoy writes to stderr, sorted while it comes into what the simulator keeps: log lines and trace lines, by thread. */
export class EnvoyLines {
  readonly logs: LogLine[] = [];
  readonly trace: TraceLine[] = [];
  /** What else it says at level error or critical: the reason where it ends. */
  readonly complaints: string[] = [];
  readonly #threads = new Map<string, ThreadName>();
  #unparsed = "";
  #sequence = 0;
  #workers = 0;

  /** Bytes as they come from the process. */
  push(bytes: Buffer): void {
    this.#unparsed += bytes.toString("latin1");
  }

  /** Whether a mark of the side listener has come. */
  hasMark(index: number): boolean {
    return this.#unparsed.includes(`${MARK}${index}\n`);
  }

  /** Sorts what has come. Only where a message is known to be complete: after a mark, or at the end of the process. */
  sort(): void {
    const messages = parseLog(this.#unparsed);
    this.#unparsed = "";
    this.#nameThreads(messages);
    for (const message of messages) this.#sort(message);
  }

  get mark(): LinesMark {
    return { logs: this.logs.length, trace: this.trace.length };
  }

  since(mark: LinesMark): Lines {
    return { logs: this.logs.slice(mark.logs), trace: this.trace.slice(mark.trace) };
  }

  #sort(message: LogMessage): void {
    const { level, text } = message;
    const thread = this.#threads.get(message.threadId) ?? "main";
    if (isTrace(message)) this.trace.push({ thread, text, sequence: this.#sequence++ });
    else if (isPluginLog(message))
      this.logs.push({ thread, level: levelOf(level), text, sequence: this.#sequence++ });
    else if (level === "error" || level === "critical") this.complaints.push(text);
  }

  /** Envoy's first line is the main thread's; it makes its workers in order, so that their thread ids ascend. */
  #nameThreads(messages: readonly LogMessage[]): void {
    const [first] = messages;
    if (first !== undefined && this.#threads.size === 0) this.#threads.set(first.threadId, "main");
    const fresh = new Set(
      messages
        .filter((message) => message.logger === "wasm" || message.text.startsWith(MARK))
        .map(({ threadId }) => threadId)
        .filter((threadId) => !this.#threads.has(threadId)),
    );
    for (const threadId of [...fresh].toSorted((a, b) => Number(a) - Number(b)))
      this.#threads.set(threadId, `worker-${this.#workers++}`);
  }
}

function levelOf(level: string): LogLevel {
  return logLevels.find((one) => one === level) ?? "error";
}
