import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import {
  encodeRequest,
  encodeResponse,
  firstValue,
  type RecordedStream,
  requestFrames,
  responseFrames,
  type StreamStep,
} from "as-proxy-wasm-sim";

import { isPluginLog, isTrace, type LogMessage, parseLog } from "../../lab/envoy/log.js";
import { type RunningProcess, startProcess } from "../../lab/envoy/process.js";
import { responseFraming } from "../../lab/http1/framing.js";
import { deadPort } from "../../lab/tcp/server.js";
import type { Case } from "../case.js";
import type { Observation, StreamObservation, ThreadLines } from "../observation.js";
import { bootstrap, FILTER_LISTENER, MARK, SIDE_LISTENER } from "./bootstrap.js";
import { type Client, type ClientResponse, exchange, Http1Client, Http2Client } from "./client.js";
import { Http1Upstream } from "./http1/upstream.js";
import { Http2Upstream } from "./http2/upstream.js";
import { SIDE_PATH, type Upstream, type UpstreamAnswer, type UpstreamConnection } from "./upstream.js";

/** Long enough for a busy machine, and only waited for by streams that never get an answer. */
const STALL_MS = 1_500;

/** Runs a case in a real Envoy. */
export async function observeEnvoy(binary: string, testCase: Case): Promise<Observation> {
  const folder = await mkdtemp(join(tmpdir(), "conformance-"));
  const upstream =
    testCase.upstreamProtocol === "HTTP/2" ? await Http2Upstream.listen() : await Http1Upstream.listen();
  try {
    const modulePath = join(folder, "plugin.wasm");
    await writeFile(modulePath, testCase.plugin.vmConfig.code);
    const config = bootstrap({
      ...testCase,
      plugins: [testCase.plugin],
      modulePaths: [modulePath],
      upstreamPort: upstream.port,
      deadPort: await deadPort(),
    });
    const envoy = await startProcess(binary, config, folder, {
      wasmLogLevel: "trace",
      concurrency: 1,
      listeners: [FILTER_LISTENER, SIDE_LISTENER],
    });
    if (envoy.kind === "refused") return refused(parseLog(envoy.log));

    const exchanges = await runStreams(envoy, upstream, testCase);
    // A process that crashed has no stats any more.
    const crashed = exchanges.some(({ downstream }) => downstream.end === "crashed");
    const metrics = crashed ? {} : readMetrics(await envoy.admin("/stats?filter=%5Ewasmcustom%5C."));
    return served(parseLog(await envoy.stop()), exchanges, metrics);
  } finally {
    await upstream.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Exchange {
  readonly id: string;
  readonly downstream: StreamObservation["downstream"];
  readonly upstream: readonly UpstreamConnection[];
}

/**
 * One stream after the other. Between two of them a request through the side listener does three things: it leaves a
 * mark in the worker's log, it proves that the worker is done with the stream before, and it puts a warm connection
 * into the upstream pool (abi.md F.5: with a cold one, whether the upstream sees a rejected request is a race).
 */
async function runStreams(envoy: RunningProcess, upstream: Upstream, testCase: Case): Promise<Exchange[]> {
  const exchanges: Exchange[] = [];
  await mark(envoy.port(SIDE_LISTENER), 0);
  for (const [index, stream] of testCase.streams.entries()) {
    upstream.begin(answerOf(stream, testCase), stream.order === undefined ? "when complete" : "step by step");
    const client = await connectClient(envoy.port(FILTER_LISTENER), stream);
    const downstream = await play(stream.order ?? [], client, upstream);
    if (!(await alive(envoy, index + 1))) {
      exchanges.push({ id: stream.id, downstream: { bytes: "", end: "crashed" }, upstream: [] });
      break;
    }
    const seen = await upstream.end();
    // A connection that was closed for being in the middle of a message has left the pool: make another.
    if (seen.some((connection) => connection.closed)) await mark(envoy.port(SIDE_LISTENER), index + 1);
    exchanges.push({ id: stream.id, downstream, upstream: seen });
  }
  return exchanges;
}

function answerOf(stream: RecordedStream, { upstreamProtocol }: Case): UpstreamAnswer {
  if (stream.response === null) return { pieces: null, close: false };
  if (upstreamProtocol === "HTTP/2") return { pieces: responseFrames(stream), close: false };
  const pieces = encodeResponse(stream);
  const framing = responseFraming(Buffer.concat(pieces), methodOf(stream));
  return { pieces, close: framing.kind === "until-close" };
}

function connectClient(port: number, stream: RecordedStream): Promise<Client> {
  return stream.protocol === "HTTP/2"
    ? Http2Client.connect(port, requestFrames(stream))
    : Http1Client.connect(port, { method: methodOf(stream), writes: encodeRequest(stream) });
}

const methodOf = (stream: RecordedStream) => firstValue(stream.request.headers, ":method") ?? "GET";

/** The steps in their order, and then whatever is left in the way of a stream without steps. */
async function play(
  order: readonly StreamStep[],
  client: Client,
  upstream: Upstream,
): Promise<ClientResponse> {
  let clientLeft = false;
  for (const step of order) {
    if (step === "request") {
      if (await client.sendNext()) await client.untilRead();
    } else if (step === "response") await upstream.sendNext();
    else if ("wait" in step) await sleep(step.wait);
    else if (step.reset === "upstream") await upstream.reset();
    else {
      clientLeft = true;
      await client.reset();
    }
  }
  upstream.release();
  while (!clientLeft && (await client.sendNext()));
  return client.response(STALL_MS);
}

/** Marks the end of a stream, unless the stream was the end of Envoy. */
async function alive(envoy: RunningProcess, index: number): Promise<boolean> {
  try {
    await mark(envoy.port(SIDE_LISTENER), index);
    return true;
  } catch (error) {
    // Its sockets go first; that it ended is known a moment later.
    await sleep(1_000);
    if (!envoy.crashed()) throw error;
    return false;
  }
}

async function mark(sidePort: number, index: number): Promise<void> {
  const request = Buffer.from(`GET ${SIDE_PATH} HTTP/1.1\r\nhost: side\r\nx-mark: ${index}\r\n\r\n`);
  for (let attempt = 0; attempt < 5; attempt++) {
    const response = await exchange(sidePort, { method: "GET", writes: [request] }, 5_000);
    if (response.bytes.startsWith("HTTP/1.1 200 ")) return;
  }
  throw new Error("Envoy's side listener does not answer 200");
}

function refused(messages: readonly LogMessage[]): Observation {
  const none: ThreadLines = { trace: [], logs: [] };
  return {
    start: { outcome: "refused", main: linesOf(messages), worker: none },
    streams: [],
    stop: { main: none, worker: none },
    metrics: {},
  };
}

function served(
  messages: readonly LogMessage[],
  exchanges: readonly Exchange[],
  metrics: Readonly<Record<string, string>>,
): Observation {
  const marks = messages.filter((message) => message.logger === "lua" && message.text.startsWith(MARK));
  const workerId = marks[0]?.threadId;
  const mainLines = messages.filter((message) => message.threadId !== workerId);
  const served = mainLines.findIndex((message) => message.text.includes("starting main dispatch loop"));
  const segments = segmentsByMark(messages.filter((message) => message.threadId === workerId));
  const segment = (index: number) => linesOf(segments.get(index) ?? []);
  // Streams lie between their own mark and the next; what follows the last mark is the shutdown.
  const streams = exchanges.map((one, index): StreamObservation => ({
    id: one.id,
    downstream: one.downstream,
    upstream: one.upstream.map((connection) => connection.bytes),
    worker: one.downstream.end === "crashed" ? { trace: [], logs: [] } : segment(index),
  }));
  return {
    start: { outcome: "serving", main: linesOf(mainLines.slice(0, served)), worker: segment(-1) },
    streams,
    stop: { main: linesOf(mainLines.slice(served)), worker: segment(exchanges.length) },
    metrics,
  };
}

/** -1 is what comes before the first mark. */
function segmentsByMark(messages: readonly LogMessage[]): Map<number, LogMessage[]> {
  const segments = new Map<number, LogMessage[]>();
  let current = -1;
  for (const message of messages) {
    if (message.logger === "lua" && message.text.startsWith(MARK)) {
      current = Number(message.text.slice(MARK.length));
      continue;
    }
    const lines = segments.get(current) ?? [];
    lines.push(message);
    segments.set(current, lines);
  }
  return segments;
}

function linesOf(messages: readonly LogMessage[]): ThreadLines {
  return {
    trace: messages.filter(isTrace).map((message) => message.text),
    logs: messages.filter(isPluginLog).map((message) => `${message.level} ${message.text}`),
  };
}

/** Counters and gauges; a histogram's line tells of the last flush, which is a matter of time. */
function readMetrics(stats: string): Record<string, string> {
  const metrics: Record<string, string> = {};
  for (const line of stats.split("\n")) {
    const match = /^wasmcustom\.(.*): (\d+)$/.exec(line);
    if (match !== null) metrics[match[1] ?? ""] = match[2] ?? "";
  }
  return metrics;
}
