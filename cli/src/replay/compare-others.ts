/** What became of connections, of time that passed and of updates. */
import type { ConnectionExchange, RecordedBody, ReplayedAdvance, ReplayedUpdate } from "as-proxy-wasm-sim";
import { toText } from "as-proxy-wasm-sim";
import { type BodyChange, bodyChange } from "./body-changes.js";
import { unusedCallout } from "./callout-results.js";
import type { AdvanceResult, ConnectionResult, UpdateResult } from "./item-result.js";
import { meanwhile, type ResultOptions } from "./meanwhile.js";

/** `plain` is the same connection without filters. */
export function compareConnections(
  plain: ConnectionExchange,
  exchange: ConnectionExchange,
  envoy: number,
  options: ResultOptions,
): ConnectionResult {
  const { connection, outcome, cluster, unusedCallouts } = exchange;
  // A filter may close a connection; that one stays open for ever is for no one.
  const isEnded = outcome.kind === "completed" || outcome.kind === "closed";
  const fault = isEnded ? null : outcome.kind === plain.outcome.kind ? "recording" : "filter";
  return {
    kind: "connection",
    id: connection.id,
    source: connection.source ?? "",
    outcome: outcome.kind,
    cluster: cluster === null ? null : toText(cluster),
    toUpstream: bytesChange(plain.upstream, exchange.upstream),
    toClient: bytesChange(plain.downstream, exchange.downstream),
    ...meanwhile(exchange, envoy, options, fault),
    explanation: outcome.kind === "completed" ? null : outcome.explanation,
    ...(unusedCallouts.length === 0 ? {} : { unusedCallouts: unusedCallouts.map(unusedCallout) }),
  };
}

export function advanceResult(
  replayed: ReplayedAdvance,
  envoy: number,
  options: ResultOptions,
): AdvanceResult {
  const { advance, outcome } = replayed;
  const isOver = outcome.kind === "completed";
  return {
    kind: "advance",
    milliseconds: advance.advanceMs,
    outcome: outcome.kind,
    ...meanwhile(replayed, envoy, options, isOver ? null : "filter"),
    explanation: isOver ? null : outcome.explanation,
  };
}

export function updateResult(
  replayed: ReplayedUpdate,
  plugin: string,
  envoy: number,
  options: ResultOptions,
): UpdateResult {
  const { update, outcome } = replayed;
  const wanted = update.expect ?? "accepted";
  return {
    kind: "update",
    plugin,
    outcome: outcome.kind,
    ...meanwhile(replayed, envoy, options, outcome.kind === wanted ? null : "filter"),
    explanation:
      "explanation" in outcome
        ? outcome.explanation
        : outcome.kind === wanted
          ? null
          : wanted === "accepted"
            ? "The filter does not take its configuration; Envoy goes on with the old one."
            : "The filter takes a configuration that it was expected to refuse.",
  };
}

function bytesChange(before: Uint8Array | null, after: Uint8Array | null): BodyChange | null {
  return bodyChange(bodyOf(before), bodyOf(after));
}

function bodyOf(bytes: Uint8Array | null): RecordedBody {
  return { kind: "recorded", chunks: bytes === null ? [] : [bytes] };
}
