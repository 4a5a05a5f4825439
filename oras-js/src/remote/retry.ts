import { setTimeout as sleep } from "node:timers/promises";
import { isOrasError } from "../errors.js";
import type { HttpResponse } from "./transport.js";

export interface RetryOptions {
  /** How often a request is sent at most, the first time included. */
  readonly attempts: number;
  /** The pause before the second attempt; it doubles from then on. */
  readonly delayMs: number;
  /** The longest pause, also when the registry asks for a longer one: then it gives up at once. */
  readonly maxDelayMs: number;
}

export const defaultRetry: RetryOptions = { attempts: 5, delayMs: 250, maxDelayMs: 30_000 };

/** 408, 429 and what a gateway says while a registry restarts; 501 and 505 will not change. */
export function isRetryableStatus(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status !== 501 && status !== 505);
}

/**
 * Repeats an exchange that is safe to repeat. The last answer, good or bad, is the result; of connection failures those
 * are repeated that a restart or a stale connection explains.
 */
export async function withRetry(
  options: RetryOptions,
  signal: AbortSignal | undefined,
  attempt: () => Promise<HttpResponse>,
): Promise<HttpResponse> {
  for (let count = 1; ; count++) {
    let pause: number;
    try {
      const response = await attempt();
      if (count >= options.attempts || !isRetryableStatus(response.status)) return response;
      const asked = retryAfterMs(response.header("retry-after"));
      if (asked !== undefined && asked > options.maxDelayMs) return response;
      response.drop();
      pause = asked ?? backoff(options, count);
    } catch (error) {
      if (count >= options.attempts || !isOrasError(error, "ORAS_NETWORK")) throw error;
      pause = backoff(options, count);
    }
    await pauseFor(pause, signal);
  }
}

/** Sleeps, unless the signal ends it; it then rejects with the signal's reason. */
export async function pauseFor(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(milliseconds, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** Between half and the whole of the doubled pause, so that clients do not come back all at once. */
export function backoff(options: RetryOptions, count: number): number {
  const full = Math.min(options.delayMs * 2 ** (count - 1), options.maxDelayMs);
  return full * (0.5 + Math.random() / 2);
}

/** `Retry-After` in seconds or as a date (RFC 9110 section 10.2.3). */
export function retryAfterMs(value: string | undefined, now = Date.now()): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
