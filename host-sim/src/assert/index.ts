/**
 * Assertions for `node:test` and anything else that takes an exception for a failure. Their messages show the stream.
 *
 * ```ts
 * import { request, startFilter } from "as-proxy-wasm-sim";
 * import { assertHeader, assertLocalReply } from "as-proxy-wasm-sim/assert";
 *
 * const envoy = await startFilter("filter.json");
 * const exchange = await envoy.replay(request({ path: "/orders" }));
 * assertLocalReply(exchange, 401, { details: "missing_api_key" });
 * ```
 */
import { AssertionError } from "node:assert";
import type { LogLevel } from "../abi/enums.js";
import * as check from "../check/index.js";
import type { Host } from "../envoy/host.js";
import type { Exchange, Outcome } from "../http/exchange.js";

export type {
  BodyExpectation,
  CalloutExpectation,
  HeaderPatterns,
  LocalReplyExpectation,
  ReceivedMessage,
  TextPattern,
} from "../check/index.js";

/** The client got a whole response. */
export function assertCompleted(exchange: Exchange): void {
  must(check.completed(exchange), assertCompleted);
}

/** The stream ended as `kind`. */
export function assertOutcome(exchange: Exchange, kind: Outcome["kind"]): void {
  must(check.ended(exchange, kind), assertOutcome);
}

/** A filter, or Envoy itself, answered in place of the upstream with `status`. */
export function assertLocalReply(
  exchange: Exchange,
  status: number,
  expectation?: check.LocalReplyExpectation,
): void {
  must(check.localReply(exchange, status, expectation), assertLocalReply);
}

/** The upstream got the request. */
export function assertReachedUpstream(exchange: Exchange): void {
  must(check.reachedUpstream(exchange), assertReachedUpstream);
}

/** The upstream got what the client sent, and the client what the upstream sent, but for what Envoy itself does. */
export function assertPassThrough(exchange: Exchange): void {
  must(check.passedThrough(exchange), assertPassThrough);
}

/** `exchange.upstream` or `exchange.response` has the header, with this value where one is given. */
export function assertHeader(message: check.ReceivedMessage, name: string, value?: check.TextPattern): void {
  must(check.headerCheck(message, name, value), assertHeader);
}

/** There is a message, and it has no header of this name. */
export function assertNoHeader(message: check.ReceivedMessage, name: string): void {
  must(check.headerCount(message, name, 0), assertNoHeader);
}

/** The header stands there so many times. */
export function assertHeaderCount(message: check.ReceivedMessage, name: string, times: number): void {
  must(check.headerCount(message, name, times), assertHeaderCount);
}

/** The message has the trailer, with this value where one is given. */
export function assertTrailer(message: check.ReceivedMessage, name: string, value?: check.TextPattern): void {
  must(check.trailerCheck(message, name, value), assertTrailer);
}

/** The message has this body. */
export function assertBody(message: check.ReceivedMessage, body: check.BodyExpectation): void {
  must(check.bodyCheck(message, body), assertBody);
}

/** A filter made such an HTTP callout during the stream. */
export function assertCalled(
  exchange: Exchange,
  cluster: string,
  expectation?: check.CalloutExpectation,
): void {
  must(check.called(exchange, cluster, expectation), assertCalled);
}

/** No filter called the cluster during the stream. */
export function assertNotCalled(exchange: Exchange, cluster: string): void {
  must(check.called(exchange, cluster, { times: 0 }), assertNotCalled);
}

/** A line with this text was logged, at this level where one is given. */
export function assertLogged(subject: check.Logging, text: check.TextPattern, level?: LogLevel): void {
  must(check.logged(subject, text, level), assertLogged);
}

/** No line with this text was logged. */
export function assertNotLogged(subject: check.Logging, text: check.TextPattern): void {
  mustNot(check.logged(subject, text), assertNotLogged);
}

/** The counter or gauge has this value; the name with Envoy's prefix `wasmcustom.` or without. */
export function assertMetric(host: Pick<Host, "metrics">, name: string, value: number | bigint): void {
  must(check.metric(host, name, value), assertMetric);
}

type Assertion = (...args: never[]) => void;

function must(found: check.Check, assertion: Assertion): void {
  if (!found.holds) fail(check.explain(found), assertion);
}

function mustNot(found: check.Check, assertion: Assertion): void {
  if (found.holds) fail(check.explain(found, { negated: true }), assertion);
}

/** The stack begins where the assertion was called. */
function fail(message: string, assertion: Assertion): never {
  throw new AssertionError({ message, operator: assertion.name, stackStartFn: assertion });
}
