import { explain } from "./registry/explain.js";

/** Every way a verb fails by itself; the libraries bring errors of the same shape (`code`, `hint`). */

export type CliErrorCode =
  /** The command line itself is wrong: exit code 2. */
  | "ERR_USAGE"
  /** A file or folder that was named, or that a verb needs, is not there or cannot be read. */
  | "ERR_FILE"
  /** The project lacks something a verb needs (assemblyscript, an asconfig.json, recordings). */
  | "ERR_PROJECT"
  /** A filter's source does not compile. */
  | "ERR_COMPILE"
  /** A value in filter.json cannot be used for what was asked. */
  | "ERR_MANIFEST"
  /** `as-proxy-wasm package` has not made what this verb sends. */
  | "ERR_NOT_PACKAGED"
  /** What a registry or a layout holds is not a proxy-wasm image. */
  | "ERR_IMAGE"
  /** The file of a key is none that signs or checks signatures, or does not open. */
  | "ERR_KEY"
  /** An image has no signature by the key that was given. */
  | "ERR_SIGNATURE"
  /** The filter could not be started, or a stream could not be run. */
  | "ERR_REPLAY";

export class CliError extends Error {
  override readonly name = "CliError";
  constructor(
    readonly code: CliErrorCode,
    message: string,
    /** What to do about it, as a clause: `run as-proxy-wasm package first`. */
    readonly hint: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export function usageError(message: string, hint: string): CliError {
  return new CliError("ERR_USAGE", message, hint);
}

interface ExplainedError extends Error {
  readonly code: string;
  readonly hint?: string;
  /** Where a registry failed: `host[:port]`. */
  readonly registry?: string | undefined;
}

function isExplained(error: unknown): error is ExplainedError {
  return error instanceof Error && typeof (error as { code?: unknown }).code === "string";
}

/** One sentence for stderr: what is wrong, where, what to do; never a stack trace. */
export function sentence(error: unknown): string {
  if (!isExplained(error)) {
    const message = error instanceof Error ? error.message : String(error);
    return `unexpected: ${message} (set AS_PROXY_WASM_DEBUG=1 for where it happened)`;
  }
  const message = withoutStop(fileSentence(error) ?? error.message);
  const hint = withoutStop(explain(error) ?? "");
  if (hint === "" || message.includes(hint)) return message;
  // A hint may be a sentence of its own; as a clause it begins small, unless a name stands there.
  return `${message}; ${/^[A-Z][a-z]/.test(hint) ? hint[0]!.toLowerCase() + hint.slice(1) : hint}`;
}

function withoutStop(text: string): string {
  return text.trim().replace(/[.;]$/, "");
}

/** Node's own file errors in words. */
function fileSentence(error: ExplainedError): string | null {
  const path = (error as { path?: unknown }).path;
  const reason = {
    ENOENT: "there is no such file",
    EISDIR: "it is a folder",
    EACCES: "permission denied",
    ENOTDIR: "a part of the path is not a folder",
    ENOSPC: "the disk is full",
    EFBIG: "files may not be so large here (ulimit -f)",
    EROFS: "the file system is read-only",
  }[error.code];
  return typeof path === "string" && reason !== undefined ? `cannot use ${path}: ${reason}` : null;
}

/** A wrong command line is the caller's mistake; everything else is a failure. */
export function exitCodeOf(error: unknown): 1 | 2 {
  return isExplained(error) && error.code === "ERR_USAGE" ? 2 : 1;
}
