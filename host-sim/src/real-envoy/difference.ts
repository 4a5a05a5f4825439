import { fromBytes } from "../byte-string.js";
import type { LogLine, TraceLine } from "../envoy/event-log.js";
import type { Metric } from "../envoy/metrics.js";
import type { Exchange, HttpMessage } from "../http/exchange.js";
import type { ConnectionExchange } from "../tcp/connection-exchange.js";
import { withoutTimeOfDay } from "./time-of-day.js";

/** The first place where the simulator and a real Envoy do not do the same. */
export interface Difference {
  /** The id of the stream or the connection; null: of none. */
  readonly stream: string | null;
  /** When it was. */
  readonly at: "start" | "stream" | "connection" | "advance" | "update" | "end" | "stop";
  readonly what: "outcome" | "trace" | "log" | "bytes to the client" | "bytes to the upstream" | "metrics";
  /** Counted from 1, among the lines of this kind of this stream. */
  readonly line: number;
  readonly simulator: Place;
  readonly envoy: Place;
}

/** A line with its surroundings. */
export interface Place {
  readonly before: readonly string[];
  /** Byte string; null: nothing more came. */
  readonly line: string | null;
  readonly after: readonly string[];
}

/** How much was compared and found equal. */
export interface Equal {
  streams: number;
  connections: number;
  traceLines: number;
  logLines: number;
  bytes: number;
}

interface Lines {
  readonly logs: readonly LogLine[];
  readonly trace: readonly TraceLine[];
}

const SURROUNDINGS = 5;

export const linesOf = ({ logs, trace }: Lines): Lines => ({ logs: [...logs], trace: [...trace] });

/** Of two exchanges of the same stream. What is equal is added to `equal`. */
export function compareExchanges(simulated: Exchange, real: Exchange, equal: Equal): Difference | null {
  const now = Date.now();
  const text = (bytes: Uint8Array) => wireLines(withoutTimeOfDay(fromBytes(bytes), now));
  const sides: readonly (readonly [Difference["what"], readonly string[], readonly string[]])[] = [
    ["trace", ...both(simulated, real, ({ trace }) => byThread(trace, ({ text: line }) => line))],
    ["log", ...both(simulated, real, (one) => logLines(one, now))],
    ...(real.stream.protocol === "HTTP/1.1"
      ? ([
          ["bytes to the upstream", ...both(simulated, real, ({ wire }) => text(wire.upstream))],
          ["bytes to the client", ...both(simulated, real, ({ wire }) => text(wire.downstream))],
        ] as const)
      : ([
          ["bytes to the upstream", ...both(simulated, real, ({ upstream }) => messageLines(upstream, now))],
          ["bytes to the client", ...both(simulated, real, ({ response }) => messageLines(response, now))],
        ] as const)),
    ["outcome", [outcomeOf(simulated)], [outcomeOf(real)]],
  ];
  // What a process does while it breaks is undefined.
  const compared = real.outcome.kind === "crashed" ? sides.slice(-1) : sides;
  for (const [what, ours, theirs] of compared) {
    const place = firstDifference(ours, theirs);
    if (place !== null) return { stream: real.stream.id, at: "stream", what, ...place };
  }
  equal.streams++;
  equal.traceLines += real.trace.length;
  equal.logLines += real.logs.length;
  equal.bytes += real.wire.upstream.length + real.wire.downstream.length;
  return null;
}

/** Of two exchanges of the same connection. What is equal is added to `equal`. */
export function compareConnections(
  simulated: ConnectionExchange,
  real: ConnectionExchange,
  equal: Equal,
): Difference | null {
  const now = Date.now();
  const lines = (bytes: Uint8Array | null) => (bytes === null ? ["nothing"] : wireLines(fromBytes(bytes)));
  const sides: readonly (readonly [Difference["what"], readonly string[], readonly string[]])[] = [
    ["trace", ...both(simulated, real, ({ trace }) => byThread(trace, ({ text }) => text))],
    ["log", ...both(simulated, real, (one) => logLines(one, now))],
    ["bytes to the upstream", ...both(simulated, real, ({ upstream }) => lines(upstream))],
    ["bytes to the client", ...both(simulated, real, ({ downstream }) => lines(downstream))],
    ["outcome", [connectionOutcome(simulated)], [connectionOutcome(real)]],
  ];
  const compared = real.outcome.kind === "crashed" ? sides.slice(-1) : sides;
  for (const [what, ours, theirs] of compared) {
    const place = firstDifference(ours, theirs);
    if (place !== null) return { stream: real.connection.id, at: "connection", what, ...place };
  }
  equal.connections++;
  equal.traceLines += real.trace.length;
  equal.logLines += real.logs.length;
  equal.bytes += (real.upstream?.length ?? 0) + real.downstream.length;
  return null;
}

/** Whether both accepted an update, or nothing ended either while time passed. */
export function compareUpdates(simulated: string, real: string, at: "advance" | "update"): Difference | null {
  const place = firstDifference([simulated], [real]);
  return place === null ? null : { stream: null, at, what: "outcome", ...place };
}

/** Of what both processes say while they start or stop, and between streams. */
export function compareProcesses(
  at: "start" | "advance" | "update" | "stop",
  simulated: Lines,
  real: Lines,
  equal: Equal,
): Difference | null {
  const now = Date.now();
  const traces = both(simulated, real, ({ trace }) => byThread(trace, ({ text }) => text));
  const logs = both(simulated, real, (one) => logLines(one, now));
  for (const [what, [ours, theirs]] of [["trace", traces] as const, ["log", logs] as const]) {
    const place = firstDifference(ours, theirs);
    if (place !== null) return { stream: null, at, what, ...place };
  }
  equal.traceLines += real.trace.length;
  equal.logLines += real.logs.length;
  return null;
}

/** Counters and gauges. A histogram's line on the admin page tells of the last flush, which is a matter of time. */
export function compareMetrics(simulated: readonly Metric[], real: readonly Metric[]): Difference | null {
  const lines = (metrics: readonly Metric[]) =>
    metrics
      .filter(({ type, name }) => type !== "histogram" && name.startsWith("wasmcustom."))
      .map(({ name, type, value }) => `${type} ${name}: ${value}`)
      .toSorted();
  const place = firstDifference(lines(simulated), lines(real));
  return place === null ? null : { stream: null, at: "end", what: "metrics", ...place };
}

function both<T>(
  simulated: T,
  real: T,
  lines: (one: T) => readonly string[],
): [readonly string[], readonly string[]] {
  return [lines(simulated), lines(real)];
}

/** Threads run beside each other: only within one is there an order. */
function byThread<Line extends LogLine | TraceLine>(
  lines: readonly Line[],
  text: (line: Line) => string,
): string[] {
  const threads = [...new Set(lines.map(({ thread }) => thread))].toSorted();
  return threads.flatMap((thread) =>
    lines.filter((line) => line.thread === thread).map((line) => `${thread} ${text(line)}`),
  );
}

function logLines({ logs }: Lines, now: number): string[] {
  return byThread(
    logs.filter((line) => !isLateVerdict(line)),
    ({ level, text }) => `${level} ${withoutTimeOfDay(text, now)}`,
  );
}

/** When a worker says that it does not take an update is a race: the main thread has said so before. */
function isLateVerdict({ thread, text }: LogLine): boolean {
  return thread !== "main" && text === "Plugin configured to fail closed failed to load";
}

/** One line of a wire a line, its end included. */
function wireLines(bytes: string): string[] {
  return bytes.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** What is comparable of HTTP/2: how frames are cut and packed is not. */
function messageLines(message: HttpMessage | null, now: number): string[] {
  if (message === null) return ["nothing"];
  const { headers, body, trailers } = message;
  const fields = (list: HttpMessage["headers"]) => list.map(([name, value]) => `${name}: ${value}`);
  const bytes = body.kind === "recorded" ? body.chunks.map(fromBytes).join("") : "";
  return [...fields(headers), "", ...wireLines(bytes), ...fields(trailers ?? [])].map((line) =>
    withoutTimeOfDay(line, now),
  );
}

/** Who closed it does not show from outside: a filter that does, and sides that end, both look like an end. */
function connectionOutcome(exchange: ConnectionExchange): string {
  return exchange.outcome.kind === "closed" ? "completed" : outcomeOf(exchange);
}

function outcomeOf({ outcome }: Exchange | ConnectionExchange): string {
  return outcome.kind === "failed" ? `failed: ${outcome.explanation}` : outcome.kind;
}

function firstDifference(
  ours: readonly string[],
  theirs: readonly string[],
): Pick<Difference, "line" | "simulator" | "envoy"> | null {
  const longest = Math.max(ours.length, theirs.length);
  for (let index = 0; index < longest; index++) {
    if (ours[index] === theirs[index]) continue;
    return { line: index + 1, simulator: place(ours, index), envoy: place(theirs, index) };
  }
  return null;
}

function place(lines: readonly string[], at: number): Place {
  return {
    before: lines.slice(Math.max(0, at - SURROUNDINGS), at),
    line: lines[at] ?? null,
    after: lines.slice(at + 1, at + 1 + SURROUNDINGS),
  };
}
