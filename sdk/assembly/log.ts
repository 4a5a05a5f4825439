import { proxy_get_log_level, proxy_log } from "./abi/env";
import * as result from "./abi/result";
import { Status } from "./abi/status";
import { IS_MOSN } from "./abi/target";
import { encode, encodedSize } from "./abi/text";

/** How grave a log line is (abi.md 2). */
export enum LogLevel {
  /** Every step. */
  Trace = 0,
  /** What helps to find a mistake. */
  Debug = 1,
  /** What an operator may want to know. */
  Info = 2,
  /** Something is not as it should be, and work goes on. */
  Warn = 3,
  /** Something failed. */
  Error = 4,
  /** The VM cannot go on. */
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
    // It does not say which lines it keeps.
    if (IS_MOSN) return true;
    if (hostLevel == UNKNOWN) {
      hostLevel = proxy_get_log_level(result.word) == Status.Ok ? result.number() : LogLevel.Info;
    }
    return <u32>level >= hostLevel;
  }

  /** Whether the host keeps lines of the level `trace` now. Asked for at most once a callback. */
  export function traceEnabled(): bool {
    return enabled(LogLevel.Trace);
  }

  /** Whether the host keeps lines of the level `debug` now. Asked for at most once a callback. */
  export function debugEnabled(): bool {
    return enabled(LogLevel.Debug);
  }

  /** Whether the host keeps lines of the level `info` now. Asked for at most once a callback. */
  export function infoEnabled(): bool {
    return enabled(LogLevel.Info);
  }

  /** Whether the host keeps lines of the level `warn` now. Asked for at most once a callback. */
  export function warnEnabled(): bool {
    return enabled(LogLevel.Warn);
  }

  /** Whether the host keeps lines of the level `error` now. Asked for at most once a callback. */
  export function errorEnabled(): bool {
    return enabled(LogLevel.Error);
  }

  /** Whether the host keeps lines of the level `critical` now. Asked for at most once a callback. */
  export function criticalEnabled(): bool {
    return enabled(LogLevel.Critical);
  }

  /**
   * Writes a line of the level `trace`; nothing happens, and `text` is not built, when the host does not
   * keep it.
   */
  export function trace(text: string): void {
    write(LogLevel.Trace, text);
  }

  /**
   * Writes a line of the level `debug`; nothing happens, and `text` is not built, when the host does not
   * keep it.
   */
  export function debug(text: string): void {
    write(LogLevel.Debug, text);
  }

  /**
   * Writes a line of the level `info`; nothing happens, and `text` is not built, when the host does not
   * keep it.
   */
  export function info(text: string): void {
    write(LogLevel.Info, text);
  }

  /**
   * Writes a line of the level `warn`; nothing happens, and `text` is not built, when the host does not
   * keep it.
   */
  export function warn(text: string): void {
    write(LogLevel.Warn, text);
  }

  /**
   * Writes a line of the level `error`; nothing happens, and `text` is not built, when the host does not
   * keep it.
   */
  export function error(text: string): void {
    write(LogLevel.Error, text);
  }

  /**
   * Writes a line of the level `critical`; nothing happens, and `text` is not built, when the host does not
   * keep it.
   */
  export function critical(text: string): void {
    write(LogLevel.Critical, text);
  }

  /** Writes a line, whatever the host's level; the host drops what it does not keep. */
  export function write(level: LogLevel, text: string): void {
    const data = encode(text);
    proxy_log(level, data, encodedSize);
  }
}
