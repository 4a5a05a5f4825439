import { logLevels, type LogLevel } from "../abi/enums.js";
import type { HostCallWords } from "../abi/call-words.js";
import type { ByteString } from "../byte-string.js";
import type { GrpcCallout } from "../callout/grpc-callouts.js";
import type { HttpCallout } from "../callout/http-callouts.js";

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

/** Everything a process prints and does, in order. */
export class EventLog {
  readonly logs: LogLine[] = [];
  readonly trace: TraceLine[] = [];
  readonly callbacks: CallbackTime[] = [];
  readonly callouts: HttpCallout[] = [];
  readonly grpcCallouts: GrpcCallout[] = [];
  readonly hostCalls: HostCallWords[] = [];
  readonly levelNumber: number;
  #sequence = 0;

  constructor(
    level: WasmLogLevel,
    /** Whether host calls are kept in words. */
    readonly keepsWords: boolean,
  ) {
    this.levelNumber = level === "off" ? logLevels.length : logLevels.indexOf(level);
  }

  log(thread: ThreadName, level: LogLevel, text: ByteString): void {
    if (logLevels.indexOf(level) < this.levelNumber) return;
    this.logs.push({ thread, level, text, sequence: this.#sequence++ });
  }

  traceLine(thread: ThreadName, text: ByteString): void {
    this.trace.push({ thread, text, sequence: this.#sequence++ });
  }

  /** Marks a moment; `since` gives what happened after it. */
  mark(): EventMark {
    return {
      logs: this.logs.length,
      trace: this.trace.length,
      callbacks: this.callbacks.length,
      callouts: this.callouts.length,
      grpcCallouts: this.grpcCallouts.length,
      hostCalls: this.hostCalls.length,
    };
  }

  since(mark: EventMark): EventsSince {
    return {
      callouts: this.callouts.slice(mark.callouts),
      grpcCallouts: this.grpcCallouts.slice(mark.grpcCallouts),
      logs: this.logs.slice(mark.logs),
      trace: this.trace.slice(mark.trace),
      callbacks: this.callbacks.slice(mark.callbacks),
      ...(this.keepsWords ? { hostCalls: this.hostCalls.slice(mark.hostCalls) } : {}),
    };
  }
}

export interface EventsSince {
  readonly logs: readonly LogLine[];
  readonly trace: readonly TraceLine[];
  readonly callbacks: readonly CallbackTime[];
  readonly callouts: readonly HttpCallout[];
  readonly grpcCallouts: readonly GrpcCallout[];
  /** Every call from the filter to the host in words, in order; absent without the option `hostCallWords`. */
  readonly hostCalls?: readonly HostCallWords[];
}

export interface EventMark {
  readonly hostCalls: number;
  readonly callouts: number;
  readonly grpcCallouts: number;
  readonly logs: number;
  readonly trace: number;
  readonly callbacks: number;
}
