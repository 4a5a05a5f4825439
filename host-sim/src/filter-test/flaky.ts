import type { HttpCalloutAnswer, HttpUpstream } from "../callout/http-upstream.js";

export interface Flakiness {
  /** Every so many calls fail, the first of them after `every - 1` good ones. 1: all of them. */
  readonly every: number;
  /** How. Default: 503. `"timeout"`, `"unreachable"`, `"reset"` … are answers as well. */
  readonly failure?: HttpCalloutAnswer;
}

/**
 * An upstream that fails now and then, always at the same calls.
 *
 * ```ts
 * clusters: { authn: flaky({ status: 200 }, { every: 3, failure: "timeout" }) }
 * ```
 */
export function flaky(answer: HttpCalloutAnswer | HttpUpstream, { every, failure }: Flakiness): HttpUpstream {
  let calls = 0;
  return (call) => {
    calls++;
    if (calls % every === 0) return failure ?? { status: 503 };
    return typeof answer === "function" ? answer(call) : answer;
  };
}
