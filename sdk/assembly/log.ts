import { proxy_get_log_level, proxy_log } from "./abi/env";
import * as result from "./abi/result";
import { Status } from "./abi/status";
import { encode, encodedSize } from "./abi/text";

/** How grave a log line is (abi.md 2). */
export enum LogLevel {
  Trace = 0,
  Debug = 1,
  Info = 2,
  Warn = 3,
  Error = 4,
  Critical = 5,
}

const UNKNOWN: u32 = 0xffffffff;

/** The host's level, asked for at most once a callback: an operator may change it at any time. */
let hostLevel: u32 = UNKNOWN;

/** Forgets the host's level. Called when the outermost callback ends. */
export function forgetLevel(): void {
  hostLevel = UNKNOWN;
}

/**
 * The host's log. A line below the host's level costs one comparison: the compiler transform puts
 * `if (log.LEVELEnabled())` around every `log.LEVEL(...)` statement, so the text of a line that is off is never built.
 */
export namespace log {
  /** Whether the host keeps lines of this level now. */
  export function enabled(level: LogLevel): bool {
    if (hostLevel == UNKNOWN) {
      hostLevel = proxy_get_log_level(result.word) == Status.Ok ? result.number() : LogLevel.Info;
    }
    return <u32>level >= hostLevel;
  }

  export function traceEnabled(): bool {
    return enabled(LogLevel.Trace);
  }

  export function debugEnabled(): bool {
    return enabled(LogLevel.Debug);
  }

  export function infoEnabled(): bool {
    return enabled(LogLevel.Info);
  }

  export function warnEnabled(): bool {
    return enabled(LogLevel.Warn);
  }

  export function errorEnabled(): bool {
    return enabled(LogLevel.Error);
  }

  export function criticalEnabled(): bool {
    return enabled(LogLevel.Critical);
  }

  export function trace(text: string): void {
    write(LogLevel.Trace, text);
  }

  export function debug(text: string): void {
    write(LogLevel.Debug, text);
  }

  export function info(text: string): void {
    write(LogLevel.Info, text);
  }

  export function warn(text: string): void {
    write(LogLevel.Warn, text);
  }

  export function error(text: string): void {
    write(LogLevel.Error, text);
  }

  export function critical(text: string): void {
    write(LogLevel.Critical, text);
  }

  /** Writes a line, whatever the host's level; the host drops what it does not keep. */
  export function write(level: LogLevel, text: string): void {
    const data = encode(text);
    proxy_log(level, data, encodedSize);
  }
}
