/**
 * Which simulated Envoy runs which stream. Streams of one Envoy share what filters keep: module memory, shared data,
 * metrics, time. So that the outcome never depends on how a replay is split over threads and machines, the recording
 * alone decides: an Envoy gets so many consecutive streams, or fewer where their bodies are large.
 */
import type { RecordedMessage, RecordedStream } from "as-proxy-wasm-sim";
import type { RecordingItem } from "./recordings.js";

export const defaultStreamsPerEnvoy = 1000;

/** A session is in memory as a whole; this keeps it from growing with the bodies. */
const maxSessionBytes = 32 * 1024 * 1024;

/** The life of one simulated Envoy. */
export interface Session {
  /** From 0, in the order of the recording. */
  readonly index: number;
  /** What stands there, the streams among it. */
  readonly items: readonly RecordingItem[];
}

/** There is always a first session, so that a filter is started even when a recording is empty. */
export async function* sessionsOf(
  items: AsyncIterable<RecordingItem>,
  streamsPerEnvoy: number,
): AsyncGenerator<Session> {
  let index = 0;
  let session: RecordingItem[] = [];
  let [streams, bytes] = [0, 0];
  try {
    for await (const item of items) {
      session.push(item);
      if (item.kind !== "stream") continue;
      streams += 1;
      bytes += bodyBytes(item.stream);
      if (streams < streamsPerEnvoy && bytes < maxSessionBytes) continue;
      yield { index: index++, items: session };
      session = [];
      [streams, bytes] = [0, 0];
    }
  } catch (error) {
    // What stands before the broken place of a recording still counts.
    if (streams > 0) yield { index, items: session };
    throw error;
  }
  if (session.length > 0 || index === 0) yield { index, items: session };
}

export function streamsOf({ items }: Session): RecordedStream[] {
  return items.flatMap((item) => (item.kind === "stream" ? [item.stream] : []));
}

function bodyBytes({ request, response }: RecordedStream): number {
  return messageBytes(request) + messageBytes(response);
}

function messageBytes(message: RecordedMessage | null): number {
  if (message?.body.kind !== "recorded") return 0;
  return message.body.chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
}
