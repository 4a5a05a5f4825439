/**
 * Which simulated Envoy runs which part of a recording. Streams of one Envoy share what filters keep: module memory, shared data,
 * metrics, time. So that the outcome never depends on how a replay is split over threads and machines, the recording
 * alone decides: an Envoy gets so many consecutive streams, or fewer where their bodies are large. It starts with what the recording
 * has said before about the process: its standing answers and its updates.
 */
import type {
  ConnectionEvent,
  RecordedCallout,
  RecordedItem,
  RecordedMessage,
  RecordedUpdate,
} from "as-proxy-wasm-sim";
import type { RecordingItem } from "./recordings.js";

export const defaultStreamsPerEnvoy = 1000;

/** A session is in memory as a whole; this keeps it from growing with the bodies. */
const maxSessionBytes = 32 * 1024 * 1024;

/** What has been said of the process before a session, in order. */
export interface SessionStart {
  readonly callouts: readonly RecordedCallout[];
  readonly updates: readonly RecordedUpdate[];
}

/** The life of one simulated Envoy. */
export interface Session {
  /** From 0, in the order of the recording. */
  readonly index: number;
  readonly start: SessionStart;
  /** What stands there, what is replayed among it. */
  readonly items: readonly RecordingItem[];
}

/** There is always a first session, so that a filter is started even when a recording is empty. */
export async function* sessionsOf(
  items: AsyncIterable<RecordingItem>,
  streamsPerEnvoy: number,
): AsyncGenerator<Session> {
  const process = { callouts: [] as RecordedCallout[], updates: [] as RecordedUpdate[] };
  let index = 0;
  let session: RecordingItem[] = [];
  let start: SessionStart = { callouts: [], updates: [] };
  let [streams, bytes] = [0, 0];
  const next = (): Session => {
    const whole = { index: index++, start, items: session };
    session = [];
    [streams, bytes] = [0, 0];
    start = { callouts: [...process.callouts], updates: [...process.updates] };
    return whole;
  };
  let hasReplayed = false;
  try {
    for await (const item of items) {
      session.push(item);
      if (item.kind !== "item") continue;
      const { item: recorded } = item;
      if ("standing" in recorded) {
        process.callouts.push(recorded.standing);
        // What stands before everything else is there when the filter starts.
        if (!hasReplayed) start = { ...start, callouts: [...process.callouts] };
        continue;
      }
      hasReplayed = true;
      if ("update" in recorded) process.updates.push(recorded);
      if (!("id" in recorded)) continue;
      streams += 1;
      bytes += bytesOf(recorded);
      if (streams >= streamsPerEnvoy || bytes >= maxSessionBytes) yield next();
    }
  } catch (error) {
    // What stands before the broken place of a recording still counts.
    if (session.some(({ kind }) => kind === "item")) yield next();
    throw error;
  }
  if (session.length > 0 || index === 0) yield next();
}

export function recordedOf({ items }: Session): RecordedItem[] {
  return items.flatMap((item) => (item.kind === "item" ? [item.item] : []));
}

function bytesOf(item: Extract<RecordedItem, { readonly id: string }>): number {
  if ("events" in item) return item.events.reduce((sum, event) => sum + eventBytes(event), 0);
  return messageBytes(item.request) + messageBytes(item.response);
}

function eventBytes(event: ConnectionEvent): number {
  return event.kind === "data" ? event.bytes.length : 0;
}

function messageBytes(message: RecordedMessage | null): number {
  if (message?.body.kind !== "recorded") return 0;
  return message.body.chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
}
