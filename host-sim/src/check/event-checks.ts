/** What filters did besides the messages: logs, callouts, metrics. */
import type { LogLevel } from "../abi/enums.js";
import { firstValue, toText } from "../byte-string.js";
import type { HttpCallout, HttpCalloutOutcome } from "../callout/http-callouts.js";
import type { Host } from "../envoy/host.js";
import type { LogLine } from "../envoy/event-log.js";
import type { Metric } from "../envoy/metrics.js";
import type { Exchange } from "../http/exchange.js";
import type { Check } from "./check.js";
import { fieldText } from "./message-text.js";
import type { HeaderPatterns } from "./message-checks.js";
import { contains, isEqual, patternText, type TextPattern } from "./text-pattern.js";

/** Who logs: an exchange (during the stream) or a host (ever). */
export type Logging = Exchange | Host;

/** A line with this text in it was logged, at this level where one is given. Envoy's prefix belongs to the line. */
export function logged(subject: Logging, text: TextPattern, level?: LogLevel): Check {
  const { logs } = subject;
  return {
    holds: logs.some(
      (line) => (level === undefined || line.level === level) && contains(toText(line.text), text),
    ),
    expected: `a log line${level === undefined ? "" : ` of level ${level}`} with ${patternText(text)}`,
    found: logs.length === 0 ? "nothing was logged" : "logged was:",
    details: logs.map(lineText),
    exchange: exchangeIn(subject),
  };
}

function lineText({ level, text }: LogLine): string {
  return `${level}: ${toText(text)}`;
}

export interface CalloutExpectation {
  readonly method?: string;
  /** The whole path, with its query, or an expression. */
  readonly path?: TextPattern;
  readonly headers?: HeaderPatterns;
  /** In the body, or matching it. */
  readonly body?: TextPattern;
  /** What became of it: `answered`, `timeout` … */
  readonly outcome?: HttpCalloutOutcome;
  /** Exactly so many such calls; absent: at least one. */
  readonly times?: number;
}

/** A filter made such an HTTP callout to the cluster, during the stream. */
export function called(exchange: Exchange, cluster: string, expectation: CalloutExpectation = {}): Check {
  const { times, ...rest } = expectation;
  const number = exchange.callouts.filter((callout) => isCall(callout, cluster, rest)).length;
  const what = Object.entries(rest).map(([name, value]) =>
    name === "headers"
      ? Object.entries(value as HeaderPatterns)
          .map(([key, one]) => `${key}: ${patternText(one)}`)
          .join(", ")
      : `${name} ${patternText(value as TextPattern)}`,
  );
  return {
    holds: times === undefined ? number > 0 : number === times,
    expected: `${times === undefined ? "a call" : times === 1 ? "1 call" : `${times} calls`} to the cluster ${JSON.stringify(cluster)}${what.length === 0 ? "" : ` with ${what.join(", ")}`}`,
    found:
      exchange.callouts.length === 0
        ? "the filter called nothing"
        : `there are ${number} such among the calls of the filter:`,
    details: exchange.callouts.flatMap(calloutText),
    exchange,
  };
}

function isCall(
  { request, outcome }: HttpCallout,
  cluster: string,
  { method, path, headers = {}, body, outcome: expected }: Omit<CalloutExpectation, "times">,
): boolean {
  const value = (name: string) => toText(firstValue(request.headers, name.toLowerCase()) ?? "");
  return (
    toText(request.cluster) === cluster &&
    (method === undefined || value(":method") === method) &&
    (path === undefined || isEqual(value(":path"), path)) &&
    (expected === undefined || outcome === expected) &&
    (body === undefined || contains(Buffer.from(request.body).toString("utf8"), body)) &&
    Object.entries(headers).every(([name, one]) => isEqual(value(name), one))
  );
}

function calloutText({ request, outcome }: HttpCallout): string[] {
  const pseudo = (name: string) => toText(firstValue(request.headers, name) ?? "");
  return [
    `${toText(request.cluster)}: ${pseudo(":method")} ${pseudo(":path")}, ${request.body.length} bytes, ${outcome}`,
    ...request.headers.filter(([name]) => !name.startsWith(":")).map((field) => `    ${fieldText(field)}`),
  ];
}

/** The counter or gauge has this value. The name with Envoy's prefix `wasmcustom.` or without it. */
export function metric(host: Pick<Host, "metrics">, name: string, value: number | bigint): Check {
  const full = name.startsWith(metricPrefix) ? name : metricPrefix + name;
  const found = host.metrics.find((one) => toText(one.name) === full && one.type !== "histogram");
  return {
    holds: found?.value === BigInt(value),
    expected: `the metric ${full} to be ${value}`,
    found: found === undefined ? "there is no such among these:" : `it is ${found.value} among these:`,
    details: host.metrics.map(metricText),
    exchange: null,
  };
}

const metricPrefix = "wasmcustom.";

function metricText({ name, type, value, samples }: Metric): string {
  return `${toText(name)} (${type}): ${type === "histogram" ? samples.join(", ") : value}`;
}

function exchangeIn(subject: Logging): Exchange | null {
  return "stream" in subject ? subject : null;
}
