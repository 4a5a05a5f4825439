/** Reports for machines. Byte strings become text; octets that are not UTF-8 read as `\xNN`. */
import { toText } from "as-proxy-wasm-sim";
import type { HeaderChange } from "./header-changes.js";
import type { ReplayRun } from "./replay-recordings.js";
import { bodySize } from "./body-changes.js";
import { type MessageChange, type StreamReport } from "./stream-report.js";

type Ran = Extract<ReplayRun, { kind: "ran" }>;

export function jsonReport(run: Ran, options: { readonly trace: boolean }): object {
  return {
    filter: run.plugin.name,
    started: true,
    warnings: run.warnings,
    recordings: run.files.map(({ file, streams }) => ({
      file: file.path,
      skipped: file.skipped,
      streams: streams.map((stream) => streamReport(stream, options)),
    })),
    metrics: Object.fromEntries(
      run.metrics.map(({ name, value, samples }) => [
        toText(name),
        samples.length > 0 ? samples.map(Number) : Number(value),
      ]),
    ),
  };
}

function streamReport(report: StreamReport, options: { readonly trace: boolean }): object {
  const { exchange } = report;
  const { stream, localReply } = exchange;
  return {
    id: stream.id,
    source: stream.source,
    method: toText(report.method),
    url: toText(report.url),
    outcome: exchange.outcome.kind,
    fault: report.fault,
    explanation: exchange.outcome.kind === "completed" ? null : exchange.outcome.explanation,
    status: { without: report.status.from, with: report.status.to },
    request: message(report.request),
    response: message(report.response),
    localReply:
      localReply === null ? null : { status: localReply.statusCode, details: toText(localReply.details) },
    logs: exchange.logs.map(({ level, text }) => ({ level, text: toText(text) })),
    callbacks: exchange.callbacks,
    notes: stream.notes,
    ...(options.trace
      ? { trace: exchange.trace.map(({ thread, text }) => ({ thread, text: toText(text) })) }
      : {}),
  };
}

function message(change: MessageChange): object {
  switch (change.kind) {
    case "same":
    case "stopped":
      return { change: change.kind };
    case "new":
      return {
        change: "new",
        headers: change.message.headers.map(([name, value]) => [toText(name), toText(value)]),
        bodyBytes: bodySize(change.message.body),
      };
    case "changed":
      return {
        change: "changed",
        headers: change.headers.map(header),
        body: change.body,
        trailers: change.trailers.map(header),
      };
  }
}

function header(change: HeaderChange): object {
  const name = toText(change.name);
  return change.kind === "changed"
    ? { change: change.kind, name, from: toText(change.from), to: toText(change.to) }
    : { change: change.kind, name, value: toText(change.value) };
}
