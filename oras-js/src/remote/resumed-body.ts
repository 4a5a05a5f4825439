import { isOrasError } from "../errors.js";
import { type RetryOptions, backoff, pauseFor } from "./retry.js";
import type { HttpResponse } from "./transport.js";

const progressBytes = 1024 * 1024;

export interface ResumeOptions {
  readonly retry: RetryOptions;
  readonly signal: AbortSignal | undefined;
  /** Asks for what follows the first bytes; undefined when the registry does not give parts (RFC 9110 section 14). */
  readonly again: (from: number) => Promise<HttpResponse | undefined>;
}

/** A body that breaks off goes on where it was; each part that brings a good piece of it may be followed by as many attempts as the first. */
export async function* resumedBody(
  first: HttpResponse,
  { retry, signal, again }: ResumeOptions,
): AsyncGenerator<Uint8Array, void, void> {
  let response = first;
  let received = 0;
  for (let count = 1; ; count++) {
    const before = received;
    let broken: unknown;
    try {
      for await (const chunk of response.body()) {
        received += chunk.byteLength;
        yield chunk;
      }
      return;
    } catch (error) {
      // A few bytes at a time would go on for ever.
      if (received - before >= progressBytes) count = 1;
      if (!isOrasError(error, "ORAS_NETWORK") || count >= retry.attempts) throw error;
      broken = error;
    }
    await pauseFor(backoff(retry, count), signal);
    const next = await again(received);
    if (next === undefined) throw broken;
    response = next;
  }
}
