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

/** `--now`, in nanoseconds since the Unix epoch. */
export function parseNow(text: string | undefined): bigint {
  const milliseconds = text === undefined ? Date.now() : Date.parse(text);
  if (!Number.isNaN(milliseconds)) return BigInt(milliseconds) * 1_000_000n;
  throw usageError(`--now ${text} is no time`, "write it like --now 2026-01-31T12:00:00Z");
}

export function wholeNumber(option: string, text: string, advice: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw usageError(`${option} ${text} is no number of them`, `give a whole number, ${advice}`);
}
