import type { ConnectionExchange, Exchange, ReplayedAdvance, ReplayedUpdate } from "as-proxy-wasm-sim";
import { toText } from "as-proxy-wasm-sim";
import { calloutResults } from "./callout-results.js";
import type { MeanwhileResult } from "./item-result.js";

export interface ResultOptions {
  readonly trace: boolean;
  readonly times: boolean;
  /** A callout that nothing answers is a failure, or what the filter gets from Envoy then. */
  readonly onUnhandledCallout: "error" | "as-envoy";
}

/** What happened during a stream, or between two. */
export function meanwhile(
  events: Exchange | ConnectionExchange | ReplayedAdvance | ReplayedUpdate,
  envoy: number,
  { trace, times, onUnhandledCallout }: ResultOptions,
  fault: MeanwhileResult["fault"],
): Omit<MeanwhileResult, "explanation"> {
  const callouts = calloutResults(events);
  const isUnhandled = onUnhandledCallout === "error" && callouts.some(({ unhandled }) => unhandled);
  return {
    envoy,
    fault: isUnhandled ? "callout" : fault,
    logs: events.logs.map(({ level, text }) => ({ level, text: toText(text) })),
    ...(events.traps.length === 0 ? {} : { traps: events.traps }),
    ...(events.misuses.length === 0 ? {} : { misuses: events.misuses }),
    ...(times ? { callbacks: events.callbacks } : {}),
    ...(callouts.length === 0 ? {} : { callouts }),
    ...(trace ? { trace: events.trace.map(({ thread, text }) => ({ thread, text: toText(text) })) } : {}),
  };
}
