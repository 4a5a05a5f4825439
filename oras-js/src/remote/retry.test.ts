import { expect, test } from "vitest";
import { backoff, defaultRetry, isRetryableStatus, retryAfterMs } from "./retry.js";

test("Retry-After is seconds or a date", () => {
  const now = Date.parse("2020-01-01T00:00:00Z");
  expect(retryAfterMs("2", now)).toBe(2000);
  expect(retryAfterMs("Wed, 01 Jan 2020 00:00:05 GMT", now)).toBe(5000);
  expect(retryAfterMs("Wed, 01 Jan 2019 00:00:05 GMT", now)).toBe(0);
  expect(retryAfterMs("soon", now)).toBeUndefined();
  expect(retryAfterMs(undefined, now)).toBeUndefined();
});

test("pauses double up to the longest one", () => {
  for (const [count, full] of [
    [1, 250],
    [2, 500],
    [4, 2000],
    [20, 30_000],
  ] as const) {
    const pause = backoff(defaultRetry, count);
    expect(pause).toBeGreaterThanOrEqual(full / 2);
    expect(pause).toBeLessThanOrEqual(full);
  }
});

test("which answers may change", () => {
  expect([408, 429, 500, 502, 503, 504].every(isRetryableStatus)).toBe(true);
  expect([200, 307, 400, 401, 403, 404, 501, 505].some(isRetryableStatus)).toBe(false);
});
