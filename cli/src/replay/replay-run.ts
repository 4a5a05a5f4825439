/** A whole replay as events, in the order of the recording, whatever finishes first. Nothing comes before Envoy has started. */
import { CliError } from "../errors.js";
import type { RecordingItem } from "./recordings.js";
import { ReplayThreads, type SessionOutput } from "./replay-threads.js";
import type { ItemOutcome, SessionEnd } from "./session-run.js";
import { type Session, sessionsOf } from "./sessions.js";
import { belongsTo, type Shard } from "./shard.js";
import type { ThreadSettings } from "./thread-messages.js";

export interface ReplayRequest {
  readonly items: AsyncIterable<RecordingItem>;
  readonly settings: ThreadSettings;
  /** How many threads run sessions at once. */
  readonly workers: number;
  readonly streamsPerEnvoy: number;
  /** Null: all of the recording. */
  readonly shard: Shard | null;
}

export type ReplayEvent =
  | Exclude<RecordingItem, { kind: "item" }>
  | ({ readonly kind: "result" } & ItemOutcome)
  /** A simulated Envoy has ended. */
  | { readonly kind: "envoy"; readonly envoy: number; readonly end: SessionEnd };

interface Running {
  readonly index: number;
  /** What is replayed has gone to a thread; only its places are left. */
  readonly items: readonly (Exclude<RecordingItem, { kind: "item" }> | { readonly kind: "place" })[];
  /** Null: another shard runs it. */
  readonly output: SessionOutput | null;
}

/** Reads ahead so far that every thread has one session to run and one that waits. */
const sessionsPerWorker = 2;

export async function* replayRecordings(request: ReplayRequest): AsyncGenerator<ReplayEvent> {
  const { items, settings, workers, streamsPerEnvoy, shard } = request;
  const threads = new ReplayThreads(workers, settings);
  const start = (session: Session): Running => ({
    index: session.index,
    items: session.items.flatMap((item): Running["items"] => {
      if (item.kind !== "item") return [item];
      // An answer that stands from there on has no result.
      return "standing" in item.item ? [] : [{ kind: "place" }];
    }),
    output: belongsTo(shard, session.index) ? threads.run(session) : null,
  });
  const running: Running[] = [];
  const rest = async function* () {
    for (let next = running.shift(); next !== undefined; next = running.shift()) yield* eventsOf(next);
  };
  try {
    try {
      for await (const session of sessionsOf(items, streamsPerEnvoy)) {
        running.push(start(session));
        while (isFull(running, workers)) yield* eventsOf(running.shift()!);
      }
    } catch (error) {
      yield* rest();
      throw error;
    }
    yield* rest();
  } finally {
    await threads.stop();
  }
}

function isFull(running: readonly Running[], workers: number): boolean {
  const [first] = running;
  if (first?.output === null) return true;
  return running.filter(({ output }) => output !== null).length >= workers * sessionsPerWorker;
}

async function* eventsOf({ index, items, output }: Running): AsyncGenerator<ReplayEvent> {
  await output?.started;
  const results = resultsOf(output);
  for (const item of items) {
    if (item.kind !== "place") {
      yield item;
      continue;
    }
    if (output === null) continue;
    const next = await results.next();
    if (next.done === true) throw new CliError("ERR_REPLAY", "something has no result", "report this");
    yield { kind: "result", ...next.value };
  }
  const last = await results.next();
  if (output !== null && last.done === true && last.value !== null)
    yield { kind: "envoy", envoy: index, end: last.value };
}

async function* resultsOf(output: SessionOutput | null): AsyncGenerator<ItemOutcome, SessionEnd | null> {
  if (output === null) return null;
  for await (const event of output) {
    if (event.kind === "ended") return event.end;
    yield event;
  }
  return null;
}
