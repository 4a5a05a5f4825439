/** What `replay` is told about how to run, checked. */
import { availableParallelism } from "node:os";
import { usageError } from "../errors.js";
import { defaultStreamsPerEnvoy } from "./sessions.js";

/** `--workers`: threads that run filters at once. */
export function parseWorkers(text: string | undefined): number {
  if (text === "auto") return availableParallelism();
  return text === undefined ? 1 : wholeNumber("--workers", text, "or auto for one each core");
}

export function parseStreamsPerEnvoy(text: string | undefined): number {
  return text === undefined ? defaultStreamsPerEnvoy : wholeNumber("--streams-per-envoy", text, "at least 1");
}

/** `--callback-timeout`, in milliseconds. */
export function parseCallbackTimeout(text: string | undefined): number {
  return text === undefined ? 1000 : wholeNumber("--callback-timeout", text, "of milliseconds");
}

/** `--now`, as `2026-01-31T12:00:00.000Z`. */
export function parseNow(text: string | undefined): string {
  const time = text === undefined ? new Date() : new Date(text);
  if (!Number.isNaN(time.getTime())) return time.toISOString();
  throw usageError(`--now ${text} is no time`, "write it like --now 2026-01-31T12:00:00Z");
}

/** A number that an option must have, from 1. */
export function wholeNumber(option: string, text: string, advice: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw usageError(`${option} ${text} cannot be`, `give a whole number, ${advice}`);
}

/** `--on-unhandled-callout`, as `startFilter` has it. */
export function parseOnUnhandledCallout(text: string | undefined): "error" | "as-envoy" {
  if (text === undefined || text === "error" || text === "as-envoy") return text ?? "error";
  throw usageError(`--on-unhandled-callout ${text} is nothing to do`, "use error or as-envoy");
}
