import type { DataStatus, HeadersStatus, TrailersStatus } from "./stream-filter.js";

/**
 * How far one filter lets its stream go, in one direction.
 *
 *                 StopIteration                       Continue from data or trailers
 *   continuing ───────────────────► holding headers ───────────────────────────────► continuing
 *        │  StopAllIteration…                            continueIteration
 *        └────────────────────────► stopped for all ───────────────────────────────► continuing
 *
 * Holding headers, the filter still gets body and trailers, and its Continue from there releases everything. Stopped
 * for all, it gets nothing more until it continues from elsewhere; what comes is held for it.
 */
export type IterationState = "continuing" | "holding headers" | "stopped, buffering" | "stopped, watermark";

/** What the filter manager does next. */
export type Step =
  /** The next filter's turn. */
  | "pass on"
  /** Nothing goes further; what the filter got is not kept. */
  | "stop"
  /** Nothing goes further; the data is kept for later. */
  | "hold"
  /** Everything held goes to the following filters. */
  | "release";

export interface Transition {
  readonly state: IterationState;
  readonly step: Step;
}

export function isStoppedForAll(state: IterationState): boolean {
  return state === "stopped, buffering" || state === "stopped, watermark";
}

export function afterHeaders(status: HeadersStatus): Transition {
  switch (status) {
    case "Continue":
      return { state: "continuing", step: "pass on" };
    case "StopIteration":
      return { state: "holding headers", step: "stop" };
    case "StopAllIterationAndBuffer":
      return { state: "stopped, buffering", step: "stop" };
    case "StopAllIterationAndWatermark":
      return { state: "stopped, watermark", step: "stop" };
  }
}

export function afterData(state: IterationState, status: DataStatus): Transition {
  switch (status) {
    case "Continue":
      return state === "holding headers"
        ? { state: "continuing", step: "release" }
        : { state: "continuing", step: "pass on" };
    case "StopIterationAndBuffer":
    case "StopIterationAndWatermark":
      return { state: "holding headers", step: "hold" };
    case "StopIterationNoBuffer":
      return { state: "holding headers", step: "stop" };
  }
}

export function afterTrailers(state: IterationState, status: TrailersStatus): Transition {
  if (status === "StopIteration") return { state: "holding headers", step: "stop" };
  return state === "holding headers"
    ? { state: "continuing", step: "release" }
    : { state: "continuing", step: "pass on" };
}
