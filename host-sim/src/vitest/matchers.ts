import type { LogLevel } from "../abi/enums.js";
import * as check from "../check/index.js";
import type { Host } from "../envoy/host.js";
import type { Exchange, Outcome } from "../http/exchange.js";

/** The matchers by their names, for `expect.extend`. */
export const matchers = {
  toHaveCompleted: (exchange: Exchange) => result(check.completed(exchange)),
  toHaveOutcome: (exchange: Exchange, kind: Outcome["kind"]) => result(check.ended(exchange, kind)),
  toHaveSentLocalReply: (exchange: Exchange, status: number, expectation?: check.LocalReplyExpectation) =>
    result(check.localReply(exchange, status, expectation)),
  toHaveReachedUpstream: (exchange: Exchange) => result(check.reachedUpstream(exchange)),
  toPassThrough: (exchange: Exchange) => result(check.passedThrough(exchange)),
  toHaveHeader: (message: check.ReceivedMessage, name: string, value?: check.TextPattern) =>
    result(check.headerCheck(message, name, value)),
  toHaveHeaderCount: (message: check.ReceivedMessage, name: string, times: number) =>
    result(check.headerCount(message, name, times)),
  toHaveTrailer: (message: check.ReceivedMessage, name: string, value?: check.TextPattern) =>
    result(check.trailerCheck(message, name, value)),
  toHaveBody: (message: check.ReceivedMessage, body: check.BodyExpectation) =>
    result(check.bodyCheck(message, body)),
  toHaveCalled: (exchange: Exchange, cluster: string, expectation?: check.CalloutExpectation) =>
    result(check.called(exchange, cluster, expectation)),
  toHaveLogged: (subject: check.Logging, text: check.TextPattern, level?: LogLevel) =>
    result(check.logged(subject, text, level)),
  toHaveMetric: (host: Pick<Host, "metrics">, name: string, value: number | bigint) =>
    result(check.metric(host, name, value)),
};

function result(found: check.Check): { readonly pass: boolean; readonly message: () => string } {
  return { pass: found.holds, message: () => check.explain(found, { negated: found.holds }) };
}

/** The matchers as methods of what `expect` gives. */
export interface FilterMatchers<R = void> {
  /** The client got a whole response. */
  toHaveCompleted(): R;
  /** The stream ended as `kind`. */
  toHaveOutcome(kind: Outcome["kind"]): R;
  /** A filter, or Envoy itself, answered in place of the upstream with `status`. */
  toHaveSentLocalReply(status: number, expectation?: check.LocalReplyExpectation): R;
  /** The upstream got the request. */
  toHaveReachedUpstream(): R;
  /** The upstream got what the client sent, and the client what the upstream sent, but for what Envoy itself does. */
  toPassThrough(): R;
  /** `exchange.upstream` or `exchange.response` has the header, with this value where one is given. */
  toHaveHeader(name: string, value?: check.TextPattern): R;
  /** The header stands there so many times. */
  toHaveHeaderCount(name: string, times: number): R;
  /** The message has the trailer, with this value where one is given. */
  toHaveTrailer(name: string, value?: check.TextPattern): R;
  /** The message has this body: a text, an expression, bytes, or `{ json }`. */
  toHaveBody(body: check.BodyExpectation): R;
  /** A filter made such an HTTP callout during the stream. */
  toHaveCalled(cluster: string, expectation?: check.CalloutExpectation): R;
  /** A line with this text was logged, at this level where one is given; of an exchange or of a host. */
  toHaveLogged(text: check.TextPattern, level?: LogLevel): R;
  /** The counter or gauge of the host has this value; the name with Envoy's prefix `wasmcustom.` or without. */
  toHaveMetric(name: string, value: number | bigint): R;
}
