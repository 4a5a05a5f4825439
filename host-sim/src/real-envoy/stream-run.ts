import { setTimeout as sleep } from "node:timers/promises";

import { firstValue } from "../byte-string.js";
import { encodeRequest, encodeResponse } from "../http/http1/recorded-wire.js";
import { orderOf } from "../http/upgrade.js";
import { requestFrames, responseFrames } from "../http/http2/recorded-frames.js";
import type { RecordedStream, StreamStep } from "../recording/recorded-stream.js";
import { type Client, type ClientResponse, Http1Client, Http2Client } from "./client.js";
import { responseFraming } from "./http1-framing.js";
import type { Upstream, UpstreamAnswer } from "./upstream.js";

/** Who plays the other side of Envoy. */
export interface StreamStage {
  /** Of the listener. */
  readonly port: number;
  readonly upstream: Upstream;
  readonly upstreamProtocol: "HTTP/1.1" | "HTTP/2";
  readonly patienceMs: number;
}

/**
 * Plays both sides of a recorded stream against Envoy: the client on a connection of its own, the upstream when it has the
 * whole request; where the stream has steps, these in their order, and then whatever is left in that way.
 */
export async function runStream(stream: RecordedStream, stage: StreamStage): Promise<ClientResponse> {
  const { upstream } = stage;
  const order = orderOf(stream);
  upstream.begin(answerOf(stream, stage), order === undefined ? "when complete" : "step by step");
  const client = await connectClient(stream, stage);
  let clientLeft = false;
  for (const step of order ?? []) {
    await play(step, client, upstream);
    clientLeft ||= typeof step === "object" && "reset" in step && step.reset === "client";
  }
  upstream.release();
  while (!clientLeft && (await client.sendNext()));
  return client.response(stage.patienceMs);
}

async function play(step: StreamStep, client: Client, upstream: Upstream): Promise<void> {
  if (step === "request") {
    if (await client.sendNext()) await client.untilRead();
  } else if (step === "response") await upstream.sendNext();
  else if ("wait" in step) await sleep(step.wait);
  else if (step.reset === "upstream") await upstream.reset();
  else await client.reset();
}

function answerOf(stream: RecordedStream, { upstreamProtocol }: StreamStage): UpstreamAnswer {
  if (stream.response === null) return { pieces: null, close: false };
  if (upstreamProtocol === "HTTP/2") return { pieces: responseFrames(stream), close: false };
  const pieces = encodeResponse(stream);
  const framing = responseFraming(Buffer.concat(pieces), methodOf(stream));
  return { pieces, close: framing.kind === "until-close" };
}

function connectClient(stream: RecordedStream, { port }: StreamStage): Promise<Client> {
  return stream.protocol === "HTTP/2"
    ? Http2Client.connect(port, requestFrames(stream))
    : Http1Client.connect(port, { method: methodOf(stream), writes: encodeRequest(stream) });
}

const methodOf = (stream: RecordedStream) => firstValue(stream.request.headers, ":method") ?? "GET";
