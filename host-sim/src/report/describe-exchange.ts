/** What a report shows of one exchange: everything that happened, as text, as much of it as a person can look at. */
import {
  type Exchange,
  firstValue,
  type GrpcCallout,
  type HttpCallout,
  type HttpMessage,
  type RecordedBody,
  toText,
  type UnmetExpectation,
} from "../index.js";
import { clip, describeBody, describeHeaders, sameBody } from "./describe-message.js";
import { problemsOf } from "./problems.js";
import type { MessagePair, ReportCallout, ReportMessage, ReportStream } from "./report-data.js";
import { timelineOf } from "./timeline.js";

export interface DescribeOptions {
  /**
   * The same stream through an Envoy without the filter, so that a difference is the filter's and not Envoy's. Absent:
   * the differences are those from what was recorded.
   */
  readonly baseline?: Exchange;
  /** Expectations of the recording that were not met (`unmetExpectations`). Default: none. */
  readonly unmet?: readonly UnmetExpectation[];
  /** Bytes of each body that are shown. Default 64 KiB. */
  readonly bodyLimit?: number;
  /** Items of the timeline that are shown. Default 2000. */
  readonly timelineLimit?: number;
  /** Leaves out how long callbacks took. Default false. */
  readonly withoutTimes?: boolean;
}

export function describeExchange(exchange: Exchange, options: DescribeOptions = {}): ReportStream {
  const { baseline, bodyLimit = 64 * 1024, timelineLimit = 2000 } = options;
  const { stream, outcome, localReply } = exchange;
  const of = (name: string): string => toText(firstValue(stream.request.headers, name) ?? "");
  const before = baseline ?? { upstream: stream.request, response: stream.response };
  const request = pair(before.upstream, exchange.upstream, bodyLimit);
  const response = pair(before.response, exchange.response, bodyLimit);
  const timeline = timelineOf(exchange, options.withoutTimes === true);
  const problems = problemsOf(exchange, options.unmet ?? []);
  const nanoseconds = exchange.callbacks.reduce((sum, callback) => sum + callback.nanoseconds, 0);
  return {
    row: {
      id: stream.id,
      method: clip(of(":method"), 100),
      url: clip(`${of(":scheme") || "http"}://${of(":authority")}${of(":path")}`, 4096),
      status: statusOf(exchange.response),
      ...(baseline === undefined ? {} : { statusBefore: statusOf(baseline.response) }),
      outcome: outcome.kind,
      changed: isChanged(request) || isChanged(response),
      localReply: localReply !== null,
      problems: problems.length,
      ...(options.withoutTimes === true ? {} : { nanoseconds }),
    },
    source: clip(stream.source, 1000),
    protocol: stream.protocol,
    explanation: outcome.kind === "completed" ? null : clip(outcome.explanation, 4096),
    responseCodeDetails:
      exchange.responseCodeDetails === null ? null : clip(toText(exchange.responseCodeDetails), 1000),
    localReply:
      localReply === null
        ? null
        : { status: localReply.statusCode, details: clip(toText(localReply.details), 1000) },
    notes: stream.notes.map((note) => clip(note, 1000)),
    request,
    response,
    timeline: timeline.slice(0, timelineLimit),
    timelineCut: Math.max(0, timeline.length - timelineLimit),
    callouts: [
      ...exchange.callouts.map((callout) => httpCallout(callout, bodyLimit)),
      ...exchange.grpcCallouts.map((callout) => grpcCallout(callout, bodyLimit)),
    ],
    problems,
  };
}

function pair(before: HttpMessage | null, after: HttpMessage | null, bodyLimit: number): MessagePair {
  return {
    before: before === null ? null : describeMessage(before, null, bodyLimit),
    after: after === null ? null : describeMessage(after, before?.body ?? null, bodyLimit),
  };
}

function describeMessage(message: HttpMessage, other: RecordedBody | null, bodyLimit: number): ReportMessage {
  return {
    headers: describeHeaders(message.headers),
    body:
      other !== null && sameBody(other, message.body)
        ? { kind: "same" }
        : describeBody(message.body, bodyLimit),
    trailers: message.trailers === null ? null : describeHeaders(message.trailers),
  };
}

function isChanged({ before, after }: MessagePair): boolean {
  if (before === null || after === null) return before !== after;
  const lines = ({ headers, trailers }: ReportMessage): string =>
    JSON.stringify([sorted(headers), sorted(trailers ?? [])]);
  return after.body.kind !== "same" || lines(before) !== lines(after);
}

function sorted(headers: ReportMessage["headers"]): readonly string[] {
  // The order of different names says nothing; that of equal ones stays.
  return headers.map(([name, value]) => `${name}: ${value}`).sort();
}

function statusOf(message: HttpMessage | null): string | null {
  const status = message === null ? null : firstValue(message.headers, ":status");
  return status === null ? null : clip(toText(status), 100);
}

function httpCallout({ request, plugin, outcome }: HttpCallout, bodyLimit: number): ReportCallout {
  return {
    kind: "http",
    cluster: toText(request.cluster),
    plugin,
    outcome,
    headers: describeHeaders(request.headers),
    body: describeBody(
      { kind: "recorded", chunks: request.body.length === 0 ? [] : [request.body] },
      bodyLimit,
    ),
    timeoutMs: request.timeoutMs,
  };
}

function grpcCallout(callout: GrpcCallout, bodyLimit: number): ReportCallout {
  const { cluster, path, plugin, headers, messages, timeoutMs, outcome, status } = callout;
  return {
    kind: "grpc",
    cluster: `${toText(cluster)} ${toText(path)}`,
    plugin,
    outcome: status === null ? outcome : `${outcome}, status ${status}`,
    headers: describeHeaders(headers),
    body: describeBody({ kind: "recorded", chunks: messages }, bodyLimit),
    timeoutMs,
  };
}
